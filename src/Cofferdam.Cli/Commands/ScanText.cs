using Cofferdam.Secrets;

namespace Cofferdam.Cli.Commands;

/// <summary>What a scan says. No value of a secret is in it.</summary>
internal static class ScanText
{
    private const int MostGaps = 20;

    /// <summary>For people.</summary>
    public static void Write(string what, SearchPlan plan, IReadOnlyList<SecretFinding> findings, IReadOnlyList<NestedGap> gaps, TextWriter output)
    {
        foreach (var finding in findings)
        {
            output.WriteLine(finding.ToString());
            if (finding.Advice is { } advice)
            {
                output.WriteLine($"    {advice.Cause}: {advice.Cure}");
            }
        }

        foreach (var gap in gaps.Take(MostGaps))
        {
            output.WriteLine($"not looked inside: {gap.Path}: {gap.Reason}");
        }

        if (gaps.Count > MostGaps)
        {
            output.WriteLine($"and {gaps.Count - MostGaps} more not looked inside");
        }

        output.WriteLine(plan.ToString());
        output.WriteLine(findings.Count == 0 ? $"nothing found in {what}" : $"{findings.Count} found in {what}");
    }

    /// <summary>For programs.</summary>
    public static string ToJson(SearchPlan plan, IReadOnlyList<SecretFinding> findings, IReadOnlyList<NestedGap> gaps) => JsonLines.Format(indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("secret", finding.SecretId);
            json.WriteString("form", finding.Form);
            json.WriteString("encoding", finding.Encoding);
            json.WriteString("path", finding.Path);
            json.WriteNumber("offset", finding.Offset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notLookedInside");
        foreach (var gap in gaps)
        {
            json.WriteStartObject();
            json.WriteString("path", gap.Path);
            json.WriteString("reason", gap.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("searched");
        foreach (var secret in plan.Secrets)
        {
            json.WriteStringValue(secret.ToString());
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
