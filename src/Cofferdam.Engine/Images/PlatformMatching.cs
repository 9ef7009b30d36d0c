using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Chooses the manifest of an index that fits a platform best, as containerd does: lesser variants of the processor run too.</summary>
internal static class PlatformMatching
{
    /// <summary>The best manifest; null when none fits.</summary>
    internal static Descriptor? Choose(ImageIndex index, Platform wanted)
    {
        var candidates = Candidates(wanted.Normalize()).ToList();
        var best = index.Manifests
            .Where(manifest => manifest.Platform is not null && IsUsable(manifest))
            .Select(manifest => (Manifest: manifest, Rank: candidates.FindIndex(candidate => candidate.Matches(manifest.Platform! with { Variant = Plain(manifest.Platform!) }))))
            .Where(found => found.Rank >= 0)
            .OrderBy(found => found.Rank)
            .Select(found => found.Manifest)
            .FirstOrDefault();

        // An index of one manifest that names no platform can mean that one only.
        return best ?? (index.Manifests is [{ Platform: null } only] && IsUsable(only) ? only : null);
    }

    private static bool IsUsable(Descriptor manifest) => MediaTypes.IsManifest(manifest.MediaType) && manifest.Annotations?.ContainsKey("vnd.docker.reference.type") != true;

    // amd64/v1 is what amd64 means.
    private static string? Plain(Platform platform) => platform is { Architecture: "amd64", Variant: "v1" } ? null : platform.Variant;

    private static IEnumerable<Platform> Candidates(Platform wanted)
    {
        yield return wanted;
        switch (wanted.Architecture)
        {
            case "amd64":
                for (var level = Level(wanted.Variant) - 1; level >= 1; level--)
                {
                    yield return wanted with { Variant = level == 1 ? null : "v" + level.ToString(CultureInfo.InvariantCulture) };
                }

                yield return wanted with { Architecture = "386", Variant = null };
                break;
            case "arm64":
                if (wanted.Variant is not null)
                {
                    yield return wanted with { Variant = null };
                }

                foreach (var arm in Arms(wanted, 8))
                {
                    yield return arm;
                }

                break;
            case "arm":
                foreach (var arm in Arms(wanted, Level(wanted.Variant) - 1))
                {
                    yield return arm;
                }

                break;
        }
    }

    private static IEnumerable<Platform> Arms(Platform wanted, int from)
    {
        for (var level = from; level >= 5; level--)
        {
            yield return wanted with { Architecture = "arm", Variant = "v" + level.ToString(CultureInfo.InvariantCulture) };
        }
    }

    private static int Level(string? variant) =>
        variant is ['v', .. var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? Math.Min(level, 9) : 1;
}
