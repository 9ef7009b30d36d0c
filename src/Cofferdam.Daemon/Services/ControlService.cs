using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Control;
using Cofferdam.Protocol.Worker;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using WorkerPlatform = Cofferdam.Protocol.Llb.Platform;

namespace Cofferdam.Daemon;

/// <summary>BuildKit's main service: builds, their progress, sessions, what the daemon is and keeps.</summary>
internal sealed class ControlService(IBuildEngine engine, IEngineInfo info, IDiskUsage disk, SessionRegistry sessions, BuildTable builds, BuildHistory history) : Control.ControlBase
{
    // BuildKit control/control.go
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(6);

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        var cancellation = context.CancellationToken;
        await using var build = await StartAsync(request, cancellation);
        var active = builds.Add(build, new FrontendCall { Inputs = request.FrontendInputs.ToImmutableDictionary() });
        history.Start(request, active.Started);
        BuildOutcome? outcome = null;
        Exception? failure = null;
        try
        {
            var result = request.Frontend.Length > 0 || request.Definition is { Def.Count: > 0 }
                ? await build.SolveAsync(SolveRequests.ReadSolve(request), cancellation)
                : await active.Returned.WaitAsync(cancellation);
            outcome = await build.ExportAsync(result, cancellation);
            var response = new SolveResponse();
            response.ExporterResponse.Add(outcome.Response.ToDictionary());
            return response;
        }
        catch (Exception error)
        {
            failure = ServiceErrors.ToBuildRpc(error);
            throw failure;
        }
        finally
        {
            // The progress must end before the client is answered: it waits for both.
            await build.DisposeAsync();
            history.Complete(request, outcome, failure, await StepCounts.OfAsync(build));
            builds.Remove(active);
        }
    }

    private async Task<IBuild> StartAsync(SolveRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.StartAsync(SolveRequests.Read(request), cancellationToken);
        }
        catch (CofferdamException error)
        {
            throw ServiceErrors.ToBuildRpc(error);
        }
    }

    public override async Task Status(StatusRequest request, IServerStreamWriter<StatusResponse> responseStream, ServerCallContext context)
    {
        var active = await builds.FindAsync(request.Ref, StatusPatience, withEnded: true, context.CancellationToken);
        await foreach (var message in StatusStream.ReadAsync(active.Build, context.CancellationToken))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task Session(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream, ServerCallContext context) =>
        sessions.ServeAsync(requestStream, responseStream, context);

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context) => Task.FromResult(new InfoResponse { BuildkitVersion = Version() });

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context) =>
        Task.FromResult(new ListWorkersResponse { Record = { Worker(info) } });

    public override async Task<DiskUsageResponse> DiskUsage(DiskUsageRequest request, ServerCallContext context)
    {
        var matches = DiskFilter.Parse(request.Filter);
        var response = new DiskUsageResponse();
        await foreach (var record in disk.ListAsync(context.CancellationToken))
        {
            if (matches(record))
            {
                response.Record.Add(Describe(record));
            }
        }

        return response;
    }

    public override async Task Prune(PruneRequest request, IServerStreamWriter<UsageRecord> responseStream, ServerCallContext context)
    {
        var options = new PruneOptions
        {
            Filters = [.. request.Filter],
            All = request.All,
            KeepDuration = TimeSpan.FromTicks(request.KeepDuration / 100),
            ReservedSpace = request.ReservedSpace,
            MaxUsedSpace = request.MaxUsedSpace,
            MinFreeSpace = request.MinFreeSpace,
        };
        await foreach (var record in disk.PruneAsync(options, context.CancellationToken))
        {
            await responseStream.WriteAsync(Describe(record), context.CancellationToken);
        }

        // Who prunes wants the space.
        await disk.SettleAsync(context.CancellationToken);
    }

    public override Task ListenBuildHistory(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> responseStream, ServerCallContext context) =>
        history.ListenAsync(request, responseStream, context.CancellationToken);

    public override Task<UpdateBuildHistoryResponse> UpdateBuildHistory(UpdateBuildHistoryRequest request, ServerCallContext context)
    {
        history.Update(request);
        return Task.FromResult(new UpdateBuildHistoryResponse());
    }

    /// <summary>The one worker there is, as clients are told of it.</summary>
    public static WorkerRecord Worker(IEngineInfo info)
    {
        var record = new WorkerRecord { ID = info.WorkerId, BuildkitVersion = VersionOf(info) };
        record.Labels.Add(info.Labels);
        record.Platforms.AddRange(info.Platforms.Select(platform => new WorkerPlatform { OS = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant ?? string.Empty }));
        foreach (var policy in info.Collection)
        {
            var described = new GCPolicy
            {
                All = policy.All,
                KeepDuration = policy.KeepDuration.Ticks * TimeSpan.NanosecondsPerTick,
                ReservedSpace = policy.ReservedSpace,
                MaxUsedSpace = policy.MaxUsedSpace,
                MinFreeSpace = policy.MinFreeSpace,
            };
            described.Filters.AddRange(policy.Filters);
            record.GCPolicy.Add(described);
        }

        foreach (var device in info.Devices)
        {
            var described = new CDIDevice { Name = device.Name, AutoAllow = device.IsAutoAllowed };
            described.Annotations.Add(device.Annotations.ToDictionary());
            record.CDIDevices.Add(described);
        }

        return record;
    }

    private static BuildkitVersion VersionOf(IEngineInfo info) => new() { Package = "cofferdam", Version = info.Version, DockerfileVersion = "1.26" };

    private BuildkitVersion Version() => VersionOf(info);

    private static UsageRecord Describe(DiskRecord record)
    {
        var described = new UsageRecord
        {
            ID = record.Id,
            Mutable = record.IsMutable,
            InUse = record.InUse,
            Size = record.Size,
            CreatedAt = Timestamp.FromDateTimeOffset(record.Created),
            LastUsedAt = record.LastUsed is { } used ? Timestamp.FromDateTimeOffset(used) : null,
            UsageCount = record.UseCount,
            Description = record.Description,
            RecordType = record.Kind,
            Shared = record.IsShared,
        };
        described.Parents.AddRange(record.Parents);
        return described;
    }
}
