namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Everything it wrote.</summary>
    public string All => Output + Error;
}
