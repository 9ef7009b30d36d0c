namespace Cofferdam.Dockerfile;

/// <summary>How instructions are written, for errors about those that are not.</summary>
internal static class InstructionUsage
{
    /// <summary>Tells how to write an instruction; null where it can be written in too many ways.</summary>
    public static string? Of(string name) => name switch
    {
        "ADD" or "COPY" => $"write {name} source destination",
        "ARG" => "write ARG name or ARG name=value",
        "ENV" or "LABEL" => $"write {name} name=value",
        "EXPOSE" => "write EXPOSE 8080 or EXPOSE 53/udp",
        "HEALTHCHECK" => "write HEALTHCHECK CMD command or HEALTHCHECK NONE",
        "MAINTAINER" => "use LABEL org.opencontainers.image.authors=",
        "ONBUILD" => "write ONBUILD and the instruction, for example ONBUILD RUN command",
        "SHELL" => "write SHELL [\"/bin/bash\", \"-c\"]",
        "STOPSIGNAL" => "write STOPSIGNAL SIGTERM",
        "USER" => "write USER name or USER name:group",
        "VOLUME" => "write VOLUME /directory",
        "WORKDIR" => "write WORKDIR /directory",
        _ => null,
    };
}
