namespace Cofferdam.Solver;

/// <summary>A question for each output of a vertex that was asked for. Most vertices have one. Thread-safe.</summary>
internal sealed class OutputQuestions<T>(Func<int, CancellationToken, Task<T>> answer)
{
    private readonly Lock _lock = new(); // guards changes of _questions
    private (int Output, Question<T> Question)[] _questions = [];

    /// <summary>The outputs asked for, in the order they were.</summary>
    public IReadOnlyList<(int Output, Question<T> Question)> All => _questions;

    /// <summary>The question of an output.</summary>
    public Question<T> Of(int output) => Find(output) ?? Add(output);

    /// <summary>The question of an output; null where nobody has asked for it.</summary>
    public Question<T>? Find(int output)
    {
        foreach (var (number, question) in _questions)
        {
            if (number == output)
            {
                return question;
            }
        }

        return null;
    }

    /// <summary>Puts the question anew, where it still is the one given; false where somebody has done so already.</summary>
    public bool TryRenew(int output, Question<T> question)
    {
        lock (_lock)
        {
            var place = Array.IndexOf(_questions, (output, question));
            if (place < 0)
            {
                return false;
            }

            var renewed = ((int, Question<T>)[])_questions.Clone();
            renewed[place] = (output, Make(output));
            _questions = renewed;
            return true;
        }
    }

    private Question<T> Make(int output) => new(stop => answer(output, stop));

    private Question<T> Add(int output)
    {
        lock (_lock)
        {
            if (Find(output) is { } known)
            {
                return known;
            }

            var question = Make(output);
            _questions = [.. _questions, (output, question)];
            return question;
        }
    }
}
