using System.Text;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.SecretSources;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Build;

/// <summary>A build as it is asked of the daemon: the call, and what the session serves meanwhile.</summary>
internal sealed record BuildRequest(SolveRequest Solve, SessionContents Session)
{
    /// <summary>Makes the request of what the user asked for; throws when that cannot be.</summary>
    public static BuildRequest Create(BuildOptions options, MainContext context, CommandConsole console, string reference)
    {
        var solve = new SolveRequest { Ref = reference, Frontend = "dockerfile.v0" };
        solve.FrontendAttrs.Add(context.Attributes);
        FrontendAttributes.Add(solve.FrontendAttrs, options, console);
        var secrets = SecretProviders.Open(options.Secrets, SecretSurroundings.Of(console));
        if (secrets.Any(given => given.Cache is not null))
        {
            solve.FrontendAttrs[SecretAttributes.Cache] = string.Join('\n', secrets.Where(given => given.Cache is not null).Select(given => $"{given.Secret.Id}={given.Cache}"));
        }

        var directories = new Dictionary<string, string>(context.Directories);
        var layouts = new Dictionary<string, string>();
        foreach (var named in options.BuildContexts.Select(text => ContextFlag.Parse(text, console)))
        {
            solve.FrontendAttrs["context:" + named.Name] = named.Place;
            if (named.Directory is not null)
            {
                directories[named.Name] = named.Directory;
            }

            if (named is { Layout: { } layout, LayoutId: { } id })
            {
                layouts[id] = layout;
            }
        }

        solve.Entitlements.Add(options.Allow);
        if (options.Network == "host" && !options.Allow.Contains("network.host"))
        {
            solve.Entitlements.Add("network.host");
        }

        solve.Cache = CacheOf(options, console);
        solve.SourcePolicy = SourcePolicyFile.Read(console);
        var outputs = AddExporters(solve, options, console);
        return new BuildRequest(solve, new SessionContents
        {
            Directories = directories,
            OciLayouts = layouts,
            Secrets = [.. secrets.Select(given => given.Secret)],
            Ssh = options.Ssh,
            CacheDirectories = LocalCache.Directories(options, console),
            Uploads = context.Uploads,
            Outputs = outputs,
            SharedKey = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(directories.GetValueOrDefault("context") ?? options.Context)), // no hash: that would load OpenSSL
        });
    }

    private static CacheOptions CacheOf(BuildOptions options, CommandConsole console)
    {
        var cache = new CacheOptions();
        cache.Exports.Add(options.CacheTo.Select(flag => CacheCredentials.Add(flag, console)).OfType<CacheFlag>().Select(EntryOf));
        if (IsInlineAsked(options))
        {
            cache.Exports.Add(new CacheOptionsEntry { Type = "inline" });
        }

        cache.Imports.Add(options.CacheFrom.Select(flag => LocalCache.Find(flag, console)).OfType<CacheFlag>().Select(flag => CacheCredentials.Add(flag, console)).OfType<CacheFlag>().Select(EntryOf));
        return cache;
    }

    // As buildx: the build argument is the older way to ask for it.
    private static bool IsInlineAsked(BuildOptions options) => options.CacheTo.All(flag => flag.Type != "inline")
        && options.BuildArguments.Any(argument => argument.Split('=', 2) is ["BUILDKIT_INLINE_CACHE", "1" or "true" or "t" or "T" or "TRUE" or "True"]);

    private static CacheOptionsEntry EntryOf(CacheFlag flag)
    {
        var entry = new CacheOptionsEntry { Type = flag.Type };
        entry.Attrs.Add(flag.Attributes.ToDictionary());
        return entry;
    }

    private static List<SessionOutput?> AddExporters(SolveRequest solve, BuildOptions options, CommandConsole console)
    {
        var names = string.Join(',', options.Tags.Select(tag => CommandWords.Reference(tag).WithDefaultTag().ToString()));
        var outputs = new List<SessionOutput?>();
        if (options.Call is not null)
        {
            return outputs;
        }

        foreach (var flag in Exporters(options))
        {
            var exporter = new Exporter { Type = flag.Type };
            exporter.Attrs.Add(flag.Attributes.ToDictionary());
            if (flag.Type is "image" or "oci" or "docker")
            {
                if (names.Length > 0 && !exporter.Attrs.ContainsKey("name"))
                {
                    exporter.Attrs["name"] = names;
                }

                foreach (var (key, value) in options.Annotations.SelectMany(AnnotationFlag.Parse))
                {
                    exporter.Attrs[key] = value;
                }
            }

            if (exporter.Attrs.TryGetValue("push", out var push) && push == "true" && !exporter.Attrs.ContainsKey("name"))
            {
                throw new UsageException("a name is needed to push") { Hint = "give one with -t" };
            }

            solve.Exporters.Add(exporter);
            outputs.Add(OutputOf(flag, console));
        }

        if (options.Annotations.Count > 0 && solve.Exporters.All(exporter => exporter.Type is not ("image" or "oci" or "docker")))
        {
            throw new UsageException("annotations need an output that is an image");
        }

        return outputs;
    }

    // Without an output the image goes to the daemon's images, as with Docker's own driver.
    private static List<OutputFlag> Exporters(BuildOptions options)
    {
        var flags = options.Outputs.ToList();
        var none = flags.Count == 0;
        flags.RemoveAll(flag => flag.Type == "cacheonly");
        var image = flags.FindIndex(flag => flag.Type == "image");
        if (options.Push)
        {
            if (image < 0)
            {
                flags.Add(new OutputFlag("image", null, new Dictionary<string, string>()));
                image = flags.Count - 1;
            }

            flags[image] = flags[image] with { Attributes = new Dictionary<string, string>(flags[image].Attributes) { ["push"] = "true" } };
        }
        else if (image < 0 && (none || options.Load))
        {
            flags.Add(new OutputFlag("image", null, new Dictionary<string, string>()));
        }

        return flags;
    }

    private static SessionOutput? OutputOf(OutputFlag flag, CommandConsole console)
    {
        if (flag.IsDirectory)
        {
            return new SessionOutput(console.FullPath(flag.Destination!), null, IsLayout: flag.Type != "local");
        }

        if (!flag.IsFile)
        {
            return null;
        }

        if (flag.Destination == "-")
        {
            return console.OutputIsTerminal
                ? throw new UsageException($"output type {Quote.Text(flag.Type)} is not written to a terminal") { Hint = "redirect standard output, or give a file with dest=" }
                : new SessionOutput(null, () => console.OutputStream);
        }

        var path = console.FullPath(flag.Destination!);
        return Directory.Exists(path)
            ? throw new UsageException($"destination {Quote.Text(flag.Destination)} is a directory") { Hint = "give a file, or add tar=false" }
            : new SessionOutput(null, () => File.Create(path));
    }
}
