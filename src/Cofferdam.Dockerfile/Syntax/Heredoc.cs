namespace Cofferdam.Dockerfile;

/// <summary>A document inside of an instruction.</summary>
/// <param name="Name">Its delimiter, and so the name of the file it makes.</param>
/// <param name="IsExpanded">Whether variables in it are replaced: its delimiter is not quoted.</param>
/// <param name="IsChomped">Whether leading tabs are dropped (<c>&lt;&lt;-</c>).</param>
/// <param name="Content">The lines, leading tabs included.</param>
internal sealed record Heredoc(string Name, bool IsExpanded, bool IsChomped, string Content = "")
{
    /// <summary>The content as it is meant: without leading tabs where they are to be dropped.</summary>
    public string Text => IsChomped ? HeredocReader.TrimTabs(Content) : Content;
}
