using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>What an http source's attributes ask for (BuildKit solver/pb/attr.go).</summary>
internal sealed record HttpSourceOptions
{
    public required Uri Address { get; init; }

    /// <summary>The name of the file in the result; null is the address's last part.</summary>
    public string? FileName { get; init; }

    /// <summary>The digest the content must have.</summary>
    public Digest? Checksum { get; init; }

    /// <summary>Permission bits of the file.</summary>
    public int Mode { get; init; } = 0x180; // 0600

    public int Uid { get; init; }

    public int Gid { get; init; }

    /// <summary>The id of a secret whose value is the Authorization header.</summary>
    public string? AuthorizationSecret { get; init; }

    /// <summary>More request headers.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public static HttpSourceOptions Parse(SourceOp source)
    {
        if (!Uri.TryCreate(source.Identifier, UriKind.Absolute, out var address))
        {
            throw new InvalidInputException($"invalid address {Quote.Text(source.Identifier)}");
        }

        var options = new HttpSourceOptions { Address = address };
        foreach (var (name, value) in source.Attrs)
        {
            options = name switch
            {
                "http.checksum" => options with { Checksum = Digest.Parse(value) },
                "http.filename" => options with { FileName = value },
                "http.perm" => options with { Mode = ParseNumber(name, value, 8) },
                "http.uid" => options with { Uid = ParseNumber(name, value, 10) },
                "http.gid" => options with { Gid = ParseNumber(name, value, 10) },
                "http.authheadersecret" => options with { AuthorizationSecret = value },
                _ when name.StartsWith("http.header.", StringComparison.Ordinal) => options with { Headers = options.Headers.SetItem(name["http.header.".Length..], value) },
                _ => throw new UnsupportedException($"attribute {Quote.Text(name)} of an http source is not supported yet"),
            };
        }

        return options;
    }

    private static int ParseNumber(string name, string text, int numberBase)
    {
        try
        {
            return Convert.ToInt32(text, numberBase) is >= 0 and var number ? number : throw Invalid(name, text);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw Invalid(name, text);
        }
    }

    private static InvalidInputException Invalid(string name, string text) => new($"invalid value {Quote.Text(text)} of {name}");

    /// <summary>The name of the file in the result: as asked for, or the last part of the address.</summary>
    public string ResultName(string? dispositionName)
    {
        var name = FileName ?? dispositionName ?? Uri.UnescapeDataString(Address.Segments[^1]);
        name = name.Split('/')[^1];
        return name is "" or "." or ".." ? "download" : name;
    }
}
