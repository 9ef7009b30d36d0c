using System.Buffers;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

/// <summary>Percent-encoding of all bytes but a set.</summary>
internal static class PercentText
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>RFC 3986, section 2.3.</summary>
    internal static SearchValues<byte> Unreserved { get; } = Of("-._~");

    /// <summary>The sets that libraries leave as they are: RFC 3986, the same with the slash, of JavaScript, of user information, of a whole path.</summary>
    internal static IReadOnlyList<SearchValues<byte>> Sets { get; } = [Unreserved, Of("-._~/"), Of("-_.!~*'()"), Of("-._~!$&'()*+,;="), Of("-._~!$&'()*+,;=:"), Of("-._~!$&'()*+,;=:@/")];

    /// <summary>What HTML forms leave as it is; a space becomes a plus sign.</summary>
    internal static IReadOnlyList<SearchValues<byte>> FormSets { get; } = [Of("*-._"), Of("-._~"), Of("-_.!*()")];

    internal static SearchValues<byte> Nothing { get; } = SearchValues.Create(ReadOnlySpan<byte>.Empty);

    internal static void Write(ReadOnlySpan<byte> value, SearchValues<byte> kept, bool isUpper, SecretWriter writer, bool isForm = false)
    {
        var digits = isUpper ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        foreach (var one in value)
        {
            if (kept.Contains(one))
            {
                writer.Add(one);
            }
            else if (isForm && one == ' ')
            {
                writer.Add((byte)'+');
            }
            else
            {
                writer.Add((byte)'%');
                writer.Add(digits[one >> 4]);
                writer.Add(digits[one & 15]);
            }
        }
    }

    private static SearchValues<byte> Of(string marks) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(LettersAndDigits + marks));
}
