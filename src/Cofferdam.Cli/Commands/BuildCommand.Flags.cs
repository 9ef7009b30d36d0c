using System.CommandLine;

namespace Cofferdam.Cli.Commands;

/// <summary>The flags, under the names of <c>docker buildx build</c>.</summary>
internal sealed partial class BuildCommand
{
    private readonly Option<string[]> _tags;
    private readonly Option<string?> _file;
    private readonly Option<string?> _target;
    private readonly Option<string[]> _buildArguments;
    private readonly Option<string[]> _buildContexts;
    private readonly Option<string[]> _secrets;
    private readonly Option<string?> _seal;
    private readonly Option<string[]> _sealAllow;
    private readonly Option<string[]> _ssh;
    private readonly Option<string[]> _labels;
    private readonly Option<string[]> _annotations;
    private readonly Option<bool> _noCache;
    private readonly Option<string[]> _noCacheFilter;
    private readonly Option<bool> _pull;
    private readonly Option<bool> _push;
    private readonly Option<bool> _load;
    private readonly Option<string[]> _outputs;
    private readonly Option<string[]> _platforms;
    private readonly Option<string?> _progress;
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _explain;
    private readonly Option<string?> _network;
    private readonly Option<string[]> _hosts;
    private readonly Option<string?> _iidFile;
    private readonly Option<string?> _metadataFile;
    private readonly Option<string?> _sharedMemory;
    private readonly Option<string[]> _limits;
    private readonly Option<string?> _cgroupParent;
    private readonly Option<string[]> _allow;
    private readonly Option<string[]> _cacheFrom;
    private readonly Option<string[]> _cacheTo;
    private readonly Option<string[]> _attest;
    private readonly Option<string?> _provenance;
    private readonly Option<string?> _sbom;
    private readonly Option<string?> _call;
    private readonly Option<bool> _check;
    private readonly Argument<string> _context;

    /// <summary>Makes the command.</summary>
    public BuildCommand()
        : base("build", "Build an image from a Dockerfile")
    {
        Examples =
        [
            "coffer build -t app .",
            "coffer build -t app --secret id=token,env=TOKEN -f docker/Dockerfile .",
            "coffer build -o out .                 # the files of the result, in a directory",
            "coffer build --check .",
        ];
        _context = Required("PATH|URL|-", "Build context");
        _tags = Many("--tag", "-t", "NAME[:TAG]", "Name and, after a colon, tag of the image");
        _file = One("--file", "-f", "PATH", "Name of the Dockerfile (default: PATH/Dockerfile); - is standard input");
        _target = One("--target", null, "STAGE", "Stage of the Dockerfile to build");
        _buildArguments = Many("--build-arg", null, "NAME[=VALUE]", "Set a build argument; without a value, to the one of the environment");
        _buildContexts = Many("--build-context", null, "NAME=PATH", "Additional build context: a directory, docker-image://, oci-layout://, git or http address");
        _secrets = Many("--secret", null, "id=ID[,src=PATH|,env=NAME|,from=SOURCE]", "Secret for steps that ask for it: of a file, a variable, a command, a vault (docs/secrets.md)");
        _seal = One("--seal", null, "MODE", "What happens when a secret would leave the build: enforce (default) fails it, warn tells of it, off does not search");
        _sealAllow = Many("--seal-allow", null, "id=ID[,path=GLOB]", "Let a secret be in these files of the image, or without a path anywhere");
        _ssh = Many("--ssh", null, "default|ID[=SOCKET|KEY[,KEY]]", "SSH agent socket or keys for steps that ask for them");
        _labels = Many("--label", null, "KEY=VALUE", "Set a label of the image");
        _annotations = Many("--annotation", null, "[TYPE:]KEY=VALUE", "Add an annotation to the image");
        _noCache = Flag("--no-cache", null, "Do not use cache when building the image");
        _noCacheFilter = Many("--no-cache-filter", null, "STAGE[,STAGE]", "Do not use cache for these stages");
        _pull = Flag("--pull", null, "Always look up base images anew");
        _push = Flag("--push", null, "Push the image to its registry");
        _load = Flag("--load", null, "Keep the image among this machine's images, besides other outputs");
        _outputs = Many("--output", "-o", "type=TYPE[,dest=PATH]", "Where the result goes; a path is a directory, - is a tar on standard output");
        _platforms = Many("--platform", null, "OS/ARCH[,OS/ARCH]", "Platforms to build for");
        _progress = One("--progress", null, "MODE", "How progress is shown: auto, tty, plain, rawjson or quiet (BUILDKIT_PROGRESS)");
        _explain = Flag("--explain", null, "Tell at the end why each step ran, or did not");
        _quiet = Flag("--quiet", "-q", "Show no progress; print the digest of the image");
        _network = One("--network", null, "MODE", "Network of RUN steps: default, none or host");
        _hosts = Many("--add-host", null, "NAME:ADDRESS", "Add a host name for RUN steps");
        _iidFile = One("--iidfile", null, "PATH", "Write the digest of the image to a file");
        _metadataFile = One("--metadata-file", null, "PATH", "Write what is known of the result to a file, as JSON");
        _sharedMemory = One("--shm-size", null, "SIZE", "Size of /dev/shm for RUN steps");
        _limits = Many("--ulimit", null, "NAME=SOFT[:HARD]", "Limits of RUN steps");
        _cgroupParent = One("--cgroup-parent", null, "CGROUP", "Parent cgroup of RUN steps");
        _allow = Many("--allow", null, "ENTITLEMENT", "Allow what is not by default: network.host, security.insecure, device[=NAME]");
        _cacheFrom = Many("--cache-from", null, "REF|type=TYPE[,KEY=VALUE]", "Cache to take results from: registry, local, s3, gha");
        _cacheTo = Many("--cache-to", null, "REF|type=TYPE[,KEY=VALUE]", "Cache to put results in: registry, local, inline, s3, gha");
        _attest = Many("--attest", null, "type=TYPE[,KEY=VALUE]", "Add an attestation to the result");
        _provenance = One("--provenance", null, "BOOL|KEY=VALUE", "Short for --attest=type=provenance");
        _sbom = One("--sbom", null, "BOOL|KEY=VALUE", "Short for --attest=type=sbom");
        _call = One("--call", null, "METHOD[,format=json]", "Ask the Dockerfile instead of building: check, outline, targets, subrequests.describe or convertllb");
        _check = Flag("--check", null, "Short for --call=check");
    }
}
