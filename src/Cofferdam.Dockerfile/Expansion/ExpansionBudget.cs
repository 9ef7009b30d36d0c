namespace Cofferdam.Dockerfile;

/// <summary>How many characters the variables of one Dockerfile may come to, all instructions together: a few lines can double a value forty times.</summary>
internal sealed class ExpansionBudget
{
    /// <summary>What one text may grow by.</summary>
    public const int WordGrowth = 1 << 20;

    private const long Whole = 128L << 20;

    private long _left = Whole;

    /// <summary>Counts characters; throws where there were too many.</summary>
    public void Spend(long characters)
    {
        _left -= characters;
        if (_left < 0)
        {
            throw DockerfileError.Meaning($"the Dockerfile's variables and ports come to more than {Whole >> 20} MiB", "look for variables that hold themselves several times, and for wide ranges of ports");
        }
    }
}
