using System.Text;
using System.Text.Json;

namespace Cofferdam.Dockerfile;

/// <summary>Runs the build checks and nothing else.</summary>
internal static class LintRequest
{
    public static async Task<SubrequestAnswer> RunAsync(FrontendRun run, CancellationToken cancellationToken)
    {
        var warnings = new List<FrontendWarning>();
        CofferdamException? failure = null;
        try
        {
            var platform = run.Options.Platforms is [var first, ..] ? first : null;
            var context = run.CreateContext(Parse(run, warnings), platform, warnings.Add, includesAllStages: run.Options.Target.Length == 0, checksFiles: true);
            await DockerfileLowering.RunAsync(context, cancellationToken);
        }
        catch (CofferdamException error)
        {
            // Clients show the message only.
            failure = error.Hint is { } hint && hint.StartsWith("did you mean", StringComparison.Ordinal) ? new CofferdamException(error.Code, $"{error.Message} ({hint})", error) { Location = error.Location } : error;
        }

        var json = JsonText.Write(writer => Write(writer, run.Found.Text, warnings, failure), isIndented: true);
        return new SubrequestAnswer(json, Print(run.Found.Text, warnings), warnings.Count > 0 || failure is not null ? 1 : 0);
    }

    // Up to an instruction that cannot be read, the others are checked.
    private static DockerfileText Parse(FrontendRun run, List<FrontendWarning> warnings)
    {
        try
        {
            return run.Parse();
        }
        catch (CofferdamException)
        {
            TextChecks.RunReadable(run.Found.Text, run.CreateLinter(warnings.Add));
            throw;
        }
    }

    private static void Write(Utf8JsonWriter writer, SourceText source, List<FrontendWarning> warnings, CofferdamException? failure)
    {
        writer.WriteStartObject();
        if (warnings.Count == 0)
        {
            writer.WriteNull("warnings"); // as Go writes a list without items
        }
        else
        {
            WriteWarnings(writer, warnings);
        }

        writer.WriteStartArray("sources");
        writer.WriteStartObject();
        writer.WriteString("filename", source.FileName);
        writer.WriteBase64String("data", source.Bytes.Span);
        writer.WriteString("language", "Dockerfile");
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (failure is not null)
        {
            writer.WriteStartObject("buildError");
            writer.WriteString("message", failure.Message);
            AnswerJson.WriteLocation(writer, failure.Location?.Ranges ?? []);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter writer, List<FrontendWarning> warnings)
    {
        writer.WriteStartArray("warnings");
        foreach (var warning in warnings)
        {
            writer.WriteStartObject();
            writer.WriteString("ruleName", warning.Rule);
            AnswerJson.WriteText(writer, "description", warning.Description);
            AnswerJson.WriteText(writer, "url", warning.Url);
            AnswerJson.WriteText(writer, "detail", warning.Message);
            AnswerJson.WriteLocation(writer, warning.Location.Ranges);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Print(SourceText source, List<FrontendWarning> warnings)
    {
        var text = new StringBuilder();
        foreach (var warning in warnings.OrderBy(warning => warning.Location.Ranges[0].Start))
        {
            text.Append("\nWARNING: ").Append(warning.Rule);
            if (warning.Url.Length > 0)
            {
                text.Append(" - ").Append(warning.Url);
            }

            text.Append('\n').Append(warning.Message).Append('\n').Append(LineExcerpt.Write(source, warning.Location.Ranges[0]));
        }

        return text.ToString();
    }
}
