using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Policy;

/// <summary>Decides which parts are characteristic enough to be searched: a hit must mean a leak.</summary>
internal static class SearchPolicy
{
    /// <summary>No shorter run of bytes is searched: 7 random letters and digits are in one of some thousand gigabytes by chance, 6 in one of sixty.</summary>
    internal const int LeastBytes = 7;

    private const int LeastPairBytes = 12;
    private const int LeastCandidateBytes = 12;
    private const double LeastBits = 18;
    private const double LeastCandidateBits = 36;

    /// <summary>Why a part is not searched; null when it is. The reason holds no word of the part.</summary>
    internal static string? Refuse(PartRole role, ReadOnlySpan<byte> value)
    {
        if (role == PartRole.Public)
        {
            return "public";
        }

        if (value.Length < (role == PartRole.Pair ? LeastPairBytes : LeastBytes))
        {
            return "too short to search alone";
        }

        if (Characteristic.Bits(value) < LeastBits || (role != PartRole.Pair && Guessable.Is(value)))
        {
            return "too easily guessed to search alone";
        }

        return role switch
        {
            PartRole.Credential when Characteristic.IsPlainAddress(value) => "an address without credentials",
            PartRole.Line or PartRole.Candidate when Characteristic.IsPlainAddress(value) => "an address without credentials",
            PartRole.Candidate when value.Length < LeastCandidateBytes || Characteristic.Bits(value) < LeastCandidateBits || !Characteristic.LooksRandom(value) => "not known to be secret, and does not look it",
            PartRole.Credential when Characteristic.IsPlainPath(value) => "a path",
            PartRole.Line when Characteristic.Bits(value) < LeastCandidateBits || !Characteristic.HasRandomWord(value) => "a line that may be in other files",
            _ => null,
        };
    }
}
