using System.Text.Json;

namespace Cofferdam.Dockerfile;

/// <summary>Tells which subrequests there are.</summary>
internal static class DescribeRequest
{
    private static readonly (string Name, string Description)[] Requests =
    [
        (Subrequests.Outline, "List all parameters current build target supports"),
        (Subrequests.Targets, "List all targets current build supports"),
        (Subrequests.Describe, "List available subrequest types"),
    ];

    public static SubrequestAnswer Write()
    {
        var json = JsonText.Write(
            writer =>
            {
                writer.WriteStartArray();
                foreach (var (name, description) in Requests)
                {
                    WriteRequest(writer, name, description);
                }

                writer.WriteEndArray();
            },
            isIndented: true);
        var rows = Requests.Select(request => new[] { request.Name["frontend.".Length..], "1.0.0", request.Description }).Prepend(["NAME", "VERSION", "DESCRIPTION"]);
        return new SubrequestAnswer(json, TextTable.Write(1, [.. rows]));
    }

    private static void WriteRequest(Utf8JsonWriter writer, string name, string description)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("version", "1.0.0");
        writer.WriteString("type", "rpc");
        writer.WriteString("description", description);
        WriteNames(writer, "opts", name == Subrequests.Outline ? [("target", "Target build stage")] : []);
        WriteNames(writer, "inputs", []);
        WriteNames(writer, "metadata", [("result.json", string.Empty), ("result.txt", string.Empty)]);
        WriteNames(writer, "refs", []);
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string member, (string Name, string Description)[] names)
    {
        writer.WriteStartArray(member);
        foreach (var (name, description) in names)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("description", description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
