using System.Collections.Immutable;
using System.Threading.Channels;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Control;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>The builds that ended, in memory, as <c>docker buildx history</c> asks for them. Thread-safe.</summary>
internal sealed class BuildHistory(TimeProvider clock)
{
    // BuildKit's default of [history] maxEntries.
    private const int KeptRecords = 50;
    private const string ErrorType = "application/vnd.googleapis.google.rpc.status+proto";

    private readonly Lock _lock = new(); // guards what follows
    private readonly Dictionary<string, BuildHistoryRecord> _active = new(StringComparer.Ordinal);
    private readonly List<BuildHistoryRecord> _records = [];
    private readonly Dictionary<string, byte[]> _errors = new(StringComparer.Ordinal); // by digest
    private readonly List<ChannelWriter<BuildHistoryEvent>> _listeners = [];

    /// <summary>A build began; probes are not recorded.</summary>
    public void Start(SolveRequest request, DateTimeOffset started)
    {
        if (request.Internal)
        {
            return;
        }

        var record = new BuildHistoryRecord { Ref = request.Ref, Frontend = request.Frontend, CreatedAt = Timestamp.FromDateTimeOffset(started) };
        foreach (var (key, value) in request.FrontendAttrs)
        {
            record.FrontendAttrs[key] = CacheSecrets.Hide(key, value);
        }

        record.Exporters.AddRange(request.Exporters);
        lock (_lock)
        {
            _active[request.Ref] = record;
            Tell(BuildHistoryEventType.Started, record);
        }
    }

    /// <summary>A build ended, with what came of it or with an error.</summary>
    public void Complete(SolveRequest request, BuildOutcome? outcome, Exception? error, StepCounts steps)
    {
        lock (_lock)
        {
            if (!_active.Remove(request.Ref, out var record))
            {
                return;
            }

            record.CompletedAt = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
            record.NumTotalSteps = steps.Total;
            record.NumCachedSteps = steps.Cached;
            record.NumCompletedSteps = steps.Completed;
            record.NumWarnings = steps.Warnings;
            if (error is not null)
            {
                AddError(record, ServiceErrors.ToStatus(error));
            }

            record.ExporterResponse.Add(outcome?.Response.ToDictionary() ?? []);
            record.Result = new BuildResultInfo();
            foreach (var (index, descriptor) in outcome?.Results ?? ImmutableDictionary<int, Descriptor>.Empty)
            {
                record.Result.Results.Add(index, new BlobDescriptor { MediaType = descriptor.MediaType, Digest = descriptor.Digest.ToString(), Size = descriptor.Size });
            }

            _records.Add(record);
            if (_records.Count > KeptRecords && _records.FindIndex(old => !old.Pinned) is >= 0 and var oldest)
            {
                Forget(_records[oldest]);
            }

            Tell(BuildHistoryEventType.Complete, record);
        }
    }

    /// <summary>Sends what is known, then what comes unless the caller wants to leave early.</summary>
    public async Task ListenAsync(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> writer, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<BuildHistoryEvent>();
        lock (_lock)
        {
            foreach (var record in _active.Values.Where(Matches))
            {
                channel.Writer.TryWrite(new BuildHistoryEvent { Type = BuildHistoryEventType.Started, Record = record.Clone() });
            }

            var ended = request.ActiveOnly ? [] : _records.Where(Matches);
            foreach (var record in request.Limit > 0 ? ended.TakeLast(request.Limit) : ended)
            {
                channel.Writer.TryWrite(new BuildHistoryEvent { Type = BuildHistoryEventType.Complete, Record = record.Clone() });
            }

            if (request.EarlyExit)
            {
                channel.Writer.Complete();
            }
            else
            {
                _listeners.Add(channel.Writer);
            }
        }

        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync(cancellationToken))
            {
                await writer.WriteAsync(message, cancellationToken);
            }
        }
        finally
        {
            lock (_lock)
            {
                _listeners.Remove(channel.Writer);
            }
        }

        bool Matches(BuildHistoryRecord record) => request.Ref.Length == 0 || record.Ref == request.Ref;
    }

    /// <summary>Pins, unpins or deletes a record.</summary>
    public void Update(UpdateBuildHistoryRequest request)
    {
        lock (_lock)
        {
            var record = _records.Find(known => known.Ref == request.Ref) ?? throw new NotFoundException($"failed to retrieve bucket for {request.Ref}: no such build record");
            if (request.Delete)
            {
                Forget(record);
                Tell(BuildHistoryEventType.Deleted, record);
            }
            else if (!request.Finalize)
            {
                record.Pinned = request.Pinned;
            }
        }
    }

    /// <summary>The error that a record names by digest (BuildKit's ExternalError); null when there is none.</summary>
    public byte[]? FindError(string digest)
    {
        lock (_lock)
        {
            return _errors.GetValueOrDefault(digest);
        }
    }

    // Clients show the record's own error as it is, and the lines and the step of the one apart from it.
    private void AddError(BuildHistoryRecord record, Protocol.Rpc.Status status)
    {
        var content = status.ToByteArray();
        var digest = Digest.Of(content).ToString();
        _errors[digest] = content;
        record.Error = new Protocol.Rpc.Status { Code = status.Code, Message = status.Message };
        record.ExternalError = new BlobDescriptor { MediaType = ErrorType, Digest = digest, Size = content.Length };
    }

    private void Forget(BuildHistoryRecord record)
    {
        _records.Remove(record);
        if (record.ExternalError is { } error && !_records.Exists(other => other.ExternalError?.Digest == error.Digest))
        {
            _errors.Remove(error.Digest);
        }
    }

    private void Tell(BuildHistoryEventType type, BuildHistoryRecord record)
    {
        foreach (var listener in _listeners)
        {
            listener.TryWrite(new BuildHistoryEvent { Type = type, Record = record.Clone() });
        }
    }
}
