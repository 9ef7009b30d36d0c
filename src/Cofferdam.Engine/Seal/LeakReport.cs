using System.Text;
using Cofferdam.Model;
using Cofferdam.Secrets;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Collects what a search finds, leaves out what is allowed, and words it. Thread-safe.</summary>
internal sealed class LeakReport(SealPolicy policy)
{
    private const int MostKept = 1000;
    private const int MostShown = 20;

    private readonly Lock _lock = new(); // guards what follows
    private readonly List<SecretFinding> _findings = [];
    private readonly List<NestedGap> _gaps = [];
    private bool _hasMore;

    /// <summary>What is allowed, and what happens when something is not.</summary>
    public SealPolicy Policy => policy;

    /// <summary>What was found, up to a thousand places.</summary>
    public IReadOnlyList<SecretFinding> Findings
    {
        get
        {
            lock (_lock)
            {
                return [.. _findings];
            }
        }
    }

    /// <summary>What was not looked inside, up to a thousand files.</summary>
    public IReadOnlyList<NestedGap> Gaps
    {
        get
        {
            lock (_lock)
            {
                return [.. _gaps];
            }
        }
    }

    /// <summary>Whether nothing was found.</summary>
    public bool IsClean
    {
        get
        {
            lock (_lock)
            {
                return _findings.Count == 0;
            }
        }
    }

    /// <summary>Adds a finding unless it is allowed; whether it was added. A file of null is no file.</summary>
    public bool Add(SecretFinding finding, string? file)
    {
        if (policy.Allows(finding.SecretId, file))
        {
            return false;
        }

        lock (_lock)
        {
            _hasMore |= _findings.Count == MostKept;
            if (_findings.Count < MostKept)
            {
                _findings.Add(finding);
            }
        }

        return true;
    }

    /// <summary>Adds what was not looked inside.</summary>
    public void Add(NestedGap gap)
    {
        lock (_lock)
        {
            if (_gaps.Count < MostKept)
            {
                _gaps.Add(gap);
            }
        }
    }

    /// <summary>Tells of everything: warns, or throws <see cref="SecretLeakException"/> where there is a finding and the policy is to refuse it.</summary>
    public void Tell(IVertexProgress progress)
    {
        lock (_lock)
        {
            if (_gaps.Count > 0)
            {
                progress.Warn(new BuildWarning("secrets were not searched inside all files", [.. _gaps.Take(MostShown).Select(gap => $"{gap.Path}: {gap.Reason}; its bytes as they are were searched")], null, null));
            }

            if (_findings.Count > 0 && policy.Mode == SealMode.Enforce)
            {
                throw new SecretLeakException(Describe("would leave the build"));
            }

            Warn(progress, "leaves the build");
        }
    }

    /// <summary>Tells of findings in output, where they are replaced, without an error.</summary>
    public void WarnOfOutput(IVertexProgress progress)
    {
        lock (_lock)
        {
            Warn(progress, "is masked");
        }
    }

    private void Warn(IVertexProgress progress, string what)
    {
        if (_findings.Count > 0)
        {
            var lines = Describe(what).Split('\n');
            progress.Warn(new BuildWarning(lines[0], [.. lines.Skip(1)], null, null));
        }
    }

    private string Describe(string what)
    {
        var ordered = _findings.OrderBy(finding => finding.Path, StringComparer.Ordinal).ThenBy(finding => finding.Offset).ToList();
        var text = new StringBuilder();
        foreach (var finding in ordered.Take(MostShown))
        {
            text.Append(text.Length == 0 ? $"secret {Quote.Text(finding.SecretId)} {what}: " : $"\n  and secret {Quote.Text(finding.SecretId)}: ");
            text.Append($"in {Quote.Text(finding.Path)} at byte {finding.Offset} ({finding.Form}, {finding.Encoding})");
            if (finding.Advice is { } advice)
            {
                text.Append($"\n    cause: {advice.Cause}\n    cure: {advice.Cure}");
            }
        }

        if (ordered.Count > MostShown || _hasMore)
        {
            text.Append($"\n  and in {(_hasMore ? "more than " : string.Empty)}{ordered.Count - MostShown} more places");
        }

        return text.ToString();
    }
}
