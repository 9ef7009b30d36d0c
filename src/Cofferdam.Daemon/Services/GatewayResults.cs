using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Protocol.Gateway;
using Google.Protobuf;

namespace Cofferdam.Daemon;

/// <summary>Results of frontends, to and from the gateway's messages.</summary>
internal static class GatewayResults
{
    /// <summary>The result as a client gets it; clients that do not know arrays of references get names only.</summary>
    public static Result Write(GatewayResult result, bool withDefinitions)
    {
        var message = new Result();
        foreach (var (key, value) in result.Metadata)
        {
            message.Metadata.Add(key, ByteString.CopyFrom(value));
        }

        if (result.References is { } references)
        {
            if (withDefinitions)
            {
                message.Refs = new RefMap();
                message.Refs.Refs.Add(references.ToDictionary(entry => entry.Key, entry => Write(entry.Value)));
            }
            else
            {
                message.RefsDeprecated = new RefMapDeprecated();
                message.RefsDeprecated.Refs.Add(references.ToDictionary(entry => entry.Key, entry => entry.Value.Id));
            }
        }
        else if (withDefinitions)
        {
            message.Ref = result.Reference is { } reference ? Write(reference) : new Ref();
        }
        else
        {
            message.RefDeprecated = result.Reference?.Id ?? string.Empty;
        }

        return message;
    }

    /// <summary>The result that a client returns.</summary>
    public static GatewayResult Read(Result? message)
    {
        var result = new GatewayResult { Metadata = message?.Metadata.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.ToByteArray()) ?? ImmutableDictionary<string, byte[]>.Empty };
        return message?.ResultCase switch
        {
            Result.ResultOneofCase.Ref when message.Ref.Id.Length > 0 => result with { Reference = new GatewayReference(message.Ref.Id, message.Ref.Def) },
            Result.ResultOneofCase.RefDeprecated when message.RefDeprecated.Length > 0 => result with { Reference = new GatewayReference(message.RefDeprecated, null) },
            Result.ResultOneofCase.Refs => result with { References = message.Refs.Refs.ToImmutableSortedDictionary(entry => entry.Key, entry => new GatewayReference(entry.Value.Id, entry.Value.Def)) },
            Result.ResultOneofCase.RefsDeprecated => result with { References = message.RefsDeprecated.Refs.ToImmutableSortedDictionary(entry => entry.Key, entry => new GatewayReference(entry.Value, null)) },
            _ => result,
        };
    }

    private static Ref Write(GatewayReference reference)
    {
        var message = new Ref { Id = reference.Id };
        if (reference.Definition is { } definition)
        {
            message.Def = definition;
        }

        return message;
    }
}
