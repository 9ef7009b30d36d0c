using Cofferdam.Linux;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>A directory that is sent.</summary>
/// <param name="Name">What it is called at the other side; empty where it is all that is sent.</param>
/// <param name="Root">The directory.</param>
/// <param name="Layers">The layers of the file system that it is the root of; null where it is none.</param>
public sealed record SentRoot(string Name, RootedDirectory Root, LayerHolders? Layers = null);
