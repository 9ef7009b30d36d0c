using System.Collections.Immutable;
using Cofferdam.Protocol.Caps;

namespace Cofferdam.Daemon;

/// <summary>What clients and frontends may rely on, by BuildKit's names (solver/pb/caps.go, frontend/gateway/pb/caps.go). Only what is there.</summary>
internal static class ApiCapabilities
{
    /// <summary>Of the graph and the exporters.</summary>
    public static ImmutableArray<APICap> Llb { get; } = Make(
        "source.image", "source.image.resolvemode", "source.image.layerlimit", "source.image.checksum",
        "source.local", "source.local.unique", "source.local.sessionid", "source.local.includepatterns", "source.local.followpaths", "source.local.excludepatterns",
        "source.local.sharedkeyhint", "source.local.differ",
        "source.git", "source.git.keepgitdir", "source.git.fullurl", "source.git.httpauth", "source.git.subdir", "source.git.checksum", "source.git.skipsubmodules",
        "source.git.knownsshhosts", "source.git.mountsshsock", "source.git.mtime", "source.git.fetchbycommit", "source.git.signatureverify", "source.git.bundle", "source.git.checkoutbundle",
        "source.http", "source.http.auth", "source.http.checksum", "source.http.perm", "soruce.http.uidgid", "source.http.header", "source.http.signatureverify", "source.ocilayout", "source.buildop.llbfilename",
        "exec.meta.base", "exec.meta.cgroup.parent", "exec.meta.network", "exec.meta.proxyenv", "exec.meta.security", "exec.meta.setsdefaultpath", "exec.meta.ulimit", "exec.meta.cdi",
        "exec.meta.linux.resources", "exec.mount.bind", "exec.mount.bind.readwrite-nooutput", "exec.mount.cache", "exec.mount.cache.sharing", "exec.mount.selector",
        "exec.mount.tmpfs", "exec.mount.tmpfs.size", "exec.mount.secret", "exec.mount.ssh", "exec.cgroup", "exec.secretenv", "exec.validexitcode",
        "file.base", "file.rm.wildcard", "file.copy.includeexcludepatterns", "file.copy.requiredpaths", "file.rm.nofollowsymlink",
        "file.copy.alwaysreplaceexistingdestpaths", "file.symlink.create",
        "constraints", "platform", "meta.ignorecache", "meta.description", "meta.exportcache", "mergeop", "diffop",
        "exporter.image.annotations", "exporter.sourcedateepoch", "exporter.multiple", "source.policy", "gc.freespacefilter");

    /// <summary>Of the gateway.</summary>
    public static ImmutableArray<APICap> Gateway { get; } = Make(
        "solve.base", "solve.inlinereturn", "resolveimage", "resolveimage.resolvemode", "readfile", "return", "returnmap", "readdir", "statfile",
        "proto.refarray", "reference.output", "frontend.inputs", "gateway.solve.metadata", "frontend.caps", "gateway.solve.evaluate", "gateway.evaluate", "gateway.warnings",
        "source.metaresolver", "source.metaresolver.http.checksumrequest", "gateway.exec", "gateway.exec.extrahosts", "gateway.exec.secretenv", "gateway.exec.signals", "gateway.exec.filesystem");

    private static ImmutableArray<APICap> Make(params string[] ids) => [.. ids.Select(id => new APICap { ID = id, Enabled = true })];
}
