using Cofferdam.Executor;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What exec operations are made with.</summary>
internal sealed record ExecServices(IExecutor Executor, ISnapshotter Snapshotter, ILayerUses Uses, ILayerProvider Layers, ContentHash Hash, CacheMounts CacheMounts, SealGate Seal, DeviceRegistry Devices, SecretHashes SecretHashes);
