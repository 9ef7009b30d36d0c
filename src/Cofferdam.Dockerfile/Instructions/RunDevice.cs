namespace Cofferdam.Dockerfile;

/// <summary>A device that RUN asks for: <c>--device=NAME[,required]</c>.</summary>
/// <param name="Name">A device, a kind of devices, or a class.</param>
/// <param name="IsRequired">Whether the step fails where there is none.</param>
internal sealed record RunDevice(string Name, bool IsRequired)
{
    /// <summary>Reads the flag's value.</summary>
    public static RunDevice Parse(string text)
    {
        var device = new RunDevice(string.Empty, IsRequired: false);
        foreach (var field in CommaSeparated.Split(text))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (field.ToLowerInvariant(), null) : (field[..equals].ToLowerInvariant(), field[(equals + 1)..]);
            device = (key, value) switch
            {
                ("required", null) => device with { IsRequired = true },
                ("required", _) => device with { IsRequired = GoBoolean.Parse(value) ?? throw DockerfileError.Syntax($"invalid value for {key}: {value}", "write true or false") },
                ("name", not null) => device.Name.Length == 0 ? device with { Name = value } : throw DockerfileError.Syntax($"device name already set to {device.Name}", "ask for each device with a --device of its own"),
                _ when device.Name.Length == 0 => device with { Name = field },
                (_, null) => throw DockerfileError.Syntax($"invalid field '{field}' must be a key=value pair", DockerfileError.Suggest(key, ["required"])),
                _ => throw DockerfileError.Syntax($"unexpected key '{key}' in '{field}'", DockerfileError.Suggest(key, ["name", "required"])),
            };
        }

        return device;
    }
}
