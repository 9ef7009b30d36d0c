using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Secrets;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Looks for secrets in what one step writes, before anything of it is kept.</summary>
internal sealed class StepSeal : IDisposable
{
    private readonly SealPolicy _policy;
    private readonly SealGate _gate;
    private readonly SecretSet _secrets;
    private readonly IVertexProgress _progress;
    private readonly LeakReport _report;
    private bool _isClean;

    private StepSeal(SealPolicy policy, SealGate gate, SecretSet secrets, IVertexProgress progress)
    {
        (_policy, _gate, _secrets, _progress) = (policy, gate, secrets, progress);
        _report = new LeakReport(policy);
    }

    /// <summary>For a step that was given secrets: its values are the builds' from now on, theirs so far are searched with them. Null where there is nothing to do.</summary>
    public static StepSeal? Open(SealGate gate, SealPolicy policy, OperationContext context, IReadOnlyCollection<SearchedSecret> given)
    {
        if (policy.Mode == SealMode.Off || given.Count == 0)
        {
            return null;
        }

        var jobs = context.Jobs.Cast<BuildJob>().ToList();
        jobs.ForEach(job => job.Secrets.Add(given));
        using var own = new BuildSecrets(); // where nobody waits any more
        var secrets = (jobs.FirstOrDefault()?.Secrets ?? own).Open(given)!;
        foreach (var plan in secrets.Search.Plan.Secrets.Where(plan => !plan.IsSearched && given.Any(one => one.Id == plan.Id)))
        {
            context.Progress.Warn(new BuildWarning($"secret {Quote.Text(plan.Id)} is too short or too common to be searched for: nothing says whether it leaves the build", [plan.ToString()], null, null));
        }

        return new StepSeal(policy, gate, secrets, context.Progress);
    }

    /// <summary>The step's log without secrets.</summary>
    public MaskedLog Mask(ExecLog log) => new(log, _secrets.Search, _report, _gate.Clock);

    /// <summary>Searches what was written; throws <see cref="SecretLeakException"/> where that holds a secret.</summary>
    public async Task CheckAsync(IEnumerable<SearchedTree> trees, CancellationToken cancellationToken)
    {
        foreach (var tree in trees)
        {
            await new TreeSearch(_secrets.Search, _report).SearchAsync(tree, cancellationToken);
        }

        _isClean = _report.IsClean && _policy.Allowances.IsEmpty;
        _report.Tell(_progress);
    }

    /// <summary>Takes secrets out of what stays although the step failed, and warns of those that its output had.</summary>
    public async Task CleanAsync(IEnumerable<SearchedTree> trees, bool isLeak)
    {
        if (!isLeak)
        {
            _report.WarnOfOutput(_progress);
        }

        foreach (var tree in trees.Where(_ => _policy.Mode == SealMode.Enforce))
        {
            try
            {
                var tainted = await new TreeSearch(_secrets.Search, new LeakReport(_policy)).SearchAsync(tree, CancellationToken.None);
                using var root = RootedDirectory.Open(tree.Directory);
                foreach (var path in tainted)
                {
                    root.RemoveTree(path);
                }
            }
            catch (Exception error) when (error is IOException or LinuxException)
            {
                _progress.Warn(new BuildWarning($"files that hold a secret could not be removed from the cache mount {Quote.Text(tree.Path)}", [error.Message], null, null));
            }
        }
    }

    /// <summary>The layers were made by the step.</summary>
    public void Remember(IEnumerable<LayerId> layers)
    {
        foreach (var layer in layers.Where(_ => _isClean))
        {
            _gate.Searched.Add(layer, _secrets.Values);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _secrets.Dispose();
}
