using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Policy;

/// <summary>Values that people choose, and that are in programs and documents all over an image.</summary>
internal static class Guessable
{
    private const int OrdinaryWord = 10;
    private const int OrdinaryNumber = 10;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "passw0rd", "p@ssw0rd", "p@ssword", "pass", "admin", "administrator", "root", "toor", "secret", "supersecret", "mysecret", "topsecret", "changeme",
        "change_me", "change-me", "changeit", "letmein", "welcome", "qwerty", "qwertyuiop", "asdfghjkl", "token", "mytoken", "test", "testing", "tester", "testpassword", "guest", "default",
        "postgres", "postgresql", "mysql", "mariadb", "oracle", "mongodb", "redis", "rabbitmq", "docker", "kubernetes", "jenkins", "nexus", "user", "username", "example", "dummy",
        "none", "null", "true", "false", "undefined", "localhost", "development", "production", "staging", "master", "abc", "abcdef", "abcdefgh", "abcd", "iloveyou", "monkey", "dragon",
        "hunter", "trustno", "sunshine", "football", "baseball", "princess", "superman", "1q2w3e4r", "1qaz2wsx", "q1w2e3r4", "zaq12wsx", "mypassword", "yourpassword", "your_password",
        "placeholder", "deadbeef", "cafebabe", "x-access-token", "oauth2accesstoken", "__token__", "anonymous", "nobody", "superuser", "sysadmin", "vagrant", "raspberry", "foobar", "foobarbaz",
    };

    internal static bool Is(ReadOnlySpan<byte> value)
    {
        var core = value;
        while (core.Length > 0 && !Ascii.IsLetter(core[^1]))
        {
            core = core[..^1];
        }

        while (core.Length > 0 && !Ascii.IsLetter(core[0]))
        {
            core = core[1..];
        }

        return IsWord(value) || (core.Length * 2 > value.Length && value.Length - core.Length <= 5 && IsWord(core)) || IsOrdinary(value) || IsSequence(value) || IsRepeated(value);
    }

    private static bool IsWord(ReadOnlySpan<byte> value)
    {
        Span<char> letters = stackalloc char[24];
        if (value.Length > letters.Length || System.Text.Ascii.ToUtf16(value, letters, out var length) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        var isWord = Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(letters[..length]);
        letters.Clear();
        return isWord;
    }

    /// <summary>A word of one case, or a number, that is short.</summary>
    private static bool IsOrdinary(ReadOnlySpan<byte> value)
    {
        var digits = 0;
        var letters = 0;
        for (var i = 0; i < value.Length; i++)
        {
            digits += Ascii.IsDigit(value[i]) ? 1 : 0;
            letters += Ascii.IsLower(value[i]) || (i == 0 && Ascii.IsUpper(value[i])) ? 1 : 0;
        }

        return (digits == value.Length && digits < OrdinaryNumber) || (letters == value.Length && letters < OrdinaryWord);
    }

    /// <summary>Each byte one more, or one less, than the one before: 12345678, abcdefgh.</summary>
    private static bool IsSequence(ReadOnlySpan<byte> value)
    {
        var up = 0;
        var down = 0;
        for (var i = 1; i < value.Length; i++)
        {
            var step = value[i] - value[i - 1];
            up += step == 1 || (value[i - 1] == '9' && value[i] == '0') ? 1 : 0;
            down += step == -1 ? 1 : 0;
        }

        return Math.Max(up, down) >= value.Length - 2;
    }

    /// <summary>A few bytes again and again.</summary>
    private static bool IsRepeated(ReadOnlySpan<byte> value)
    {
        for (var period = 1; period <= 4 && period * 2 <= value.Length; period++)
        {
            if (value[period..].SequenceEqual(value[..^period]))
            {
                return true;
            }
        }

        return false;
    }
}
