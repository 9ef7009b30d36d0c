using System.Text;
using System.Text.Json;

namespace Cofferdam.Dockerfile;

/// <summary>Lists the arguments, secrets and ssh agents that a target knows.</summary>
internal static class OutlineRequest
{
    public static async Task<SubrequestAnswer> RunAsync(FrontendRun run, CancellationToken cancellationToken)
    {
        var context = run.CreateContext(run.Parse(), run.Options.Platforms is [var first, ..] ? first : null, run.Warn);
        var target = await DockerfileLowering.RunAsync(context, cancellationToken);
        var from = target.Stage.From;
        var arguments = target.Reached.SelectMany(stage => stage.OutlineArguments.Values).DistinctBy(item => item.Name).OrderBy(item => item.Lines.Start).ToList();
        var secrets = target.Reached.SelectMany(stage => stage.OutlineSecrets.Values).DistinctBy(item => item.Name).OrderBy(item => item.Lines.Start).ToList();
        var agents = target.Reached.SelectMany(stage => stage.OutlineAgents.Values).DistinctBy(item => item.Name).OrderBy(item => item.Lines.Start).ToList();
        var json = JsonText.Write(
            writer =>
            {
                writer.WriteStartObject();
                AnswerJson.WriteText(writer, "name", from.Name);
                AnswerJson.WriteText(writer, "description", from.Description);
                WriteArguments(writer, arguments);
                WriteSecrets(writer, "secrets", secrets);
                WriteSecrets(writer, "ssh", agents);
                writer.WriteStartArray("sources");
                writer.WriteBase64StringValue(run.Found.Text.Bytes.Span);
                writer.WriteEndArray();
                writer.WriteEndObject();
            },
            isIndented: true);
        return new SubrequestAnswer(json, Print(from, arguments, secrets, agents));
    }

    private static void WriteArguments(Utf8JsonWriter writer, List<OutlineArgument> arguments)
    {
        if (arguments.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("args");
        foreach (var argument in arguments)
        {
            writer.WriteStartObject();
            writer.WriteString("name", argument.Name);
            AnswerJson.WriteText(writer, "description", argument.Description);
            AnswerJson.WriteText(writer, "value", argument.Value);
            AnswerJson.WriteLocation(writer, [argument.Lines]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSecrets(Utf8JsonWriter writer, string member, List<OutlineSecret> secrets)
    {
        if (secrets.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(member);
        foreach (var secret in secrets)
        {
            writer.WriteStartObject();
            writer.WriteString("name", secret.Name);
            if (secret.IsRequired)
            {
                writer.WriteBoolean("required", true);
            }

            AnswerJson.WriteLocation(writer, [secret.Lines]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Print(Instruction.From from, List<OutlineArgument> arguments, List<OutlineSecret> secrets, List<OutlineSecret> agents)
    {
        var text = new StringBuilder();
        if (from.Name is not null || from.Description.Length > 0)
        {
            List<string[]> head = [["TARGET:", from.Name ?? "(default)"]];
            if (from.Description.Length > 0)
            {
                head.Add(["DESCRIPTION:", from.Description]);
            }

            text.Append(TextTable.Write(1, head)).Append('\n');
        }

        if (arguments.Count > 0)
        {
            text.Append(TextTable.Write(3, [["BUILD ARG", "VALUE", "DESCRIPTION"], .. arguments.Select(item => new[] { item.Name, item.Value, item.Description })])).Append('\n');
        }

        foreach (var (title, items) in new[] { ("SECRET", secrets), ("SSH", agents) })
        {
            if (items.Count > 0)
            {
                text.Append(TextTable.Write(3, [[title, "REQUIRED"], .. items.Select(item => new[] { item.Name, item.IsRequired ? "true" : string.Empty })])).Append('\n');
            }
        }

        return text.ToString();
    }
}
