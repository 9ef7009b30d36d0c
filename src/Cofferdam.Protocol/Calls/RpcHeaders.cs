using System.Globalization;
using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>Between header lines and gRPC's metadata, timeouts and statuses. Repeated names stay repeated.</summary>
internal static class RpcHeaders
{
    public const string ContentType = "application/grpc";
    private const string BinarySuffix = "-bin";

    /// <summary>The headers of a call.</summary>
    public static List<HeaderField> Request(string path, string authority, Metadata? metadata, TimeSpan? timeout)
    {
        List<HeaderField> fields =
        [
            new(":method", "POST"), new(":scheme", "http"), new(":path", path), new(":authority", authority),
            new("content-type", ContentType), new("te", "trailers"), new("user-agent", "cofferdam"),
        ];
        if (timeout is { } time)
        {
            fields.Add(new HeaderField("grpc-timeout", FormatTimeout(time)));
        }

        AddMetadata(fields, metadata);
        return fields;
    }

    /// <summary>The headers before the first answer.</summary>
    public static List<HeaderField> Response(Metadata? metadata)
    {
        List<HeaderField> fields = [new(":status", "200"), new("content-type", ContentType)];
        AddMetadata(fields, metadata);
        return fields;
    }

    /// <summary>The trailers; with <paramref name="isOnly"/> they are all there is.</summary>
    public static List<HeaderField> Trailers(Status status, Metadata metadata, bool isOnly)
    {
        var fields = isOnly ? Response(null) : [];
        fields.Add(new HeaderField("grpc-status", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture)));
        if (!string.IsNullOrEmpty(status.Detail))
        {
            fields.Add(new HeaderField("grpc-message", PercentEncoding.Encode(status.Detail)));
        }

        AddMetadata(fields, metadata);
        return fields;
    }

    /// <summary>The metadata in header lines; those of the protocol are left out, but for <c>grpc-status-details-bin</c>.</summary>
    public static Metadata ReadMetadata(IEnumerable<HeaderField> fields)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in fields)
        {
            if (name is [':', ..] or "te" or "content-type" or "grpc-timeout" or "grpc-status" or "grpc-message" or "grpc-encoding" or "grpc-accept-encoding"
                || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789._-"))
            {
                continue;
            }

            if (!name.EndsWith(BinarySuffix, StringComparison.Ordinal))
            {
                metadata.Add(name, value);
                continue;
            }

            // Binary values, and only those, may have been joined on the way (gRPC over HTTP/2, "Custom-Metadata").
            foreach (var part in value.Split(','))
            {
                if (TryDecodeBase64(part, out var bytes))
                {
                    metadata.Add(name, bytes);
                }
            }
        }

        return metadata;
    }

    /// <summary>The status in trailers; null when there is none.</summary>
    public static Status? ReadStatus(IEnumerable<HeaderField> fields)
    {
        string? code = null, message = null;
        foreach (var (name, value) in fields)
        {
            code = name == "grpc-status" ? value : code;
            message = name == "grpc-message" ? value : message;
        }

        if (code is null)
        {
            return null;
        }

        var number = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed <= 16 ? parsed : (int)StatusCode.Unknown;
        return new Status((StatusCode)number, message is null ? string.Empty : PercentEncoding.Decode(message));
    }

    /// <summary>The time a call may take; null when the header is not there or not understood.</summary>
    public static TimeSpan? ReadTimeout(string? value)
    {
        if (value is not [.., var unit] || value.Length > 9 || !long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        return unit switch
        {
            'H' => TimeSpan.FromHours(Math.Min(count, 24 * 365)),
            'M' => TimeSpan.FromMinutes(count),
            'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromMicroseconds(count / 1000),
            _ => null,
        };
    }

    /// <summary>The first value of a name; null when it is not there.</summary>
    public static string? Find(IEnumerable<HeaderField> fields, string name)
    {
        foreach (var field in fields)
        {
            if (field.Name == name)
            {
                return field.Value;
            }
        }

        return null;
    }

    private static void AddMetadata(List<HeaderField> fields, Metadata? metadata)
    {
        foreach (var entry in metadata ?? [])
        {
            fields.Add(new HeaderField(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value));
        }
    }

    private static bool TryDecodeBase64(string text, out byte[] bytes)
    {
        bytes = [];
        var padded = text.Trim().TrimEnd('=');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        try
        {
            bytes = Convert.FromBase64String(padded);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // At most eight digits.
    private static string FormatTimeout(TimeSpan timeout) => timeout.TotalMilliseconds switch
    {
        <= 1 => "1m",
        < 99_999_999 => string.Create(CultureInfo.InvariantCulture, $"{(long)timeout.TotalMilliseconds}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(99_999_999, (long)timeout.TotalSeconds)}S"),
    };
}
