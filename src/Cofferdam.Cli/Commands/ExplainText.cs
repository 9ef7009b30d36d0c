using Cofferdam.Cli.Terminal;
using Cofferdam.Protocol.Daemon;
using Outcome = Cofferdam.Protocol.Daemon.ExplainResponse.Types.Outcome;

namespace Cofferdam.Cli.Commands;

/// <summary>Why the steps of a build ran, as text and as JSON.</summary>
internal static class ExplainText
{
    /// <summary>One line a step; what is only the machinery's own is left out where it has nothing to say.</summary>
    public static void Write(ExplainResponse build, TextWriter writer)
    {
        var table = new TextTable("STEP", "WAS", "WHY");
        foreach (var step in build.Steps.Where(step => !step.Name.StartsWith("[internal]", StringComparison.Ordinal)))
        {
            table.Add(step.Name.ReplaceLineEndings(" "), NameOf(step.Outcome), step.Reasons.Count > 0 ? step.Reasons[0] : string.Empty);
            foreach (var reason in step.Reasons.Skip(1))
            {
                table.Add(string.Empty, string.Empty, reason);
            }
        }

        table.Write(writer);
    }

    /// <summary>All of it.</summary>
    public static string ToJson(ExplainResponse build) => JsonLines.Format(indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteString("ref", build.Ref);
        json.WriteString("created", DateTimeOffset.FromUnixTimeMilliseconds(build.Created));
        json.WriteStartArray("steps");
        foreach (var step in build.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name", step.Name);
            json.WriteString("outcome", NameOf(step.Outcome));
            json.WriteStartArray("reasons");
            foreach (var reason in step.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string NameOf(Outcome outcome) => outcome switch
    {
        Outcome.Cached => "cached",
        Outcome.CachedByContent => "cached by content",
        Outcome.NotNeeded => "not needed",
        _ => "ran",
    };
}
