namespace Cofferdam.Dockerfile;

/// <summary>Lists the stages of a Dockerfile.</summary>
internal static class TargetsRequest
{
    public static SubrequestAnswer Run(FrontendRun run)
    {
        var stages = run.Parse().Stages.Select(stage => stage.From).ToList();
        var json = JsonText.Write(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("targets");
                foreach (var stage in stages)
                {
                    writer.WriteStartObject();
                    AnswerJson.WriteText(writer, "name", stage.Name);
                    if (stage == stages[^1])
                    {
                        writer.WriteBoolean("default", true);
                    }

                    AnswerJson.WriteText(writer, "description", stage.Description);
                    AnswerJson.WriteText(writer, "base", stage.Image);
                    AnswerJson.WriteText(writer, "platform", stage.Platform);
                    AnswerJson.WriteLocation(writer, [stage.Source.Lines]);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteStartArray("sources");
                writer.WriteBase64StringValue(run.Found.Text.Bytes.Span);
                writer.WriteEndArray();
                writer.WriteEndObject();
            },
            isIndented: true);
        var rows = stages.Select(stage => new[] { $"{stage.Name}{(stage == stages[^1] ? (stage.Name is null ? "(default)" : " (default)") : string.Empty)}", stage.Description });
        return new SubrequestAnswer(json, TextTable.Write(1, [["TARGET", "DESCRIPTION"], .. rows]));
    }
}
