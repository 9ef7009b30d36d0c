namespace Cofferdam.Solver;

// What can be known of the vertex by looking, without asking and waiting.
internal sealed partial class ActiveVertex
{
    /// <summary>Makes the keys where all that they are made of is known.</summary>
    /// <param name="unknown">Takes the inputs that are not.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async ValueTask<Prospect> AnticipateAsync(List<(ActiveVertex Vertex, int Output)> unknown, CancellationToken cancellationToken)
    {
        if (_keys.IsAnswered)
        {
            return Prospect.Known;
        }

        if (Vertex.Options.IgnoreCache)
        {
            return Prospect.Runs;
        }

        var identities = new VertexIdentity[_inputs.Length];
        var isSure = false;
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (await _inputs[i].FindNowAsync(Vertex.Inputs[i].Output, cancellationToken) is not { } finding)
            {
                unknown.Add((_inputs[i], Vertex.Inputs[i].Output));
                continue;
            }

            identities[i] = finding.Identity;
            isSure |= finding.IsSureToRun;
        }

        // An input that has no lasting identity makes for content that is read: that begins before the others are known.
        if (isSure || (unknown.Count > 0 && Array.Exists(identities, identity => identity is { IsStorable: false, Value.IsEmpty: false })))
        {
            return Prospect.Runs;
        }

        if (unknown.Count > 0)
        {
            return Prospect.Waits;
        }

        if (!_operation.IsAnswered && Vertex.Operation.HasKeyAtHand)
        {
            _operation.TryAnswer(await Vertex.Operation.GetKeyAsync(Context(), cancellationToken));
        }

        return _operation.IsAnswered && _keys.TryAnswer(new VertexKeys(await _operation.AskAsync(cancellationToken), [.. identities])) ? Prospect.Known : Prospect.Asks;
    }

    // What is known of an output; null where the vertex or what it reads must be asked.
    private async ValueTask<Finding?> FindNowAsync(int output, CancellationToken cancellationToken)
    {
        if (_findings.Find(output) is { } question)
        {
            return question.IsAnswered ? await question.AskAsync(cancellationToken) : null;
        }

        if (!_keys.IsAnswered)
        {
            return null;
        }

        var keys = await _keys.AskAsync(cancellationToken);
        return await FindByDefinitionAsync(keys, output, cancellationToken) is { } finding && _findings.Of(output).TryAnswer(finding) ? finding : null;
    }
}
