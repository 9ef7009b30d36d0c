using System.Text;

namespace Cofferdam.Testing;

/// <summary>Makes inputs of others: the same seed makes the same.</summary>
public sealed class InputMutator(int seed, IReadOnlyList<string> tokens, IEnumerable<byte[]> inputs)
{
    private const int MaxLength = 16 << 10;
    private const int MaxChanges = 6;
    private const int MaxKept = 5000;

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _inputs = [.. inputs];
    private readonly List<byte[]> _tokens = [.. tokens.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Keeps an input, so that others are made of it.</summary>
    public void Keep(byte[] input)
    {
        if (_inputs.Count < MaxKept)
        {
            _inputs.Add(input);
        }
    }

    public byte[] Next()
    {
        var result = new List<byte>(Pick(_inputs));
        for (var changes = _random.Next(1, MaxChanges + 1); changes > 0; changes--)
        {
            Change(result);
        }

        return [.. result.Take(MaxLength)];
    }

    private T Pick<T>(List<T> items) => items[_random.Next(items.Count)];

    private void Change(List<byte> bytes)
    {
        var (start, length) = Span(bytes);
        switch (_random.Next(9))
        {
            case 0 when bytes.Count > 0:
                bytes[_random.Next(bytes.Count)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[_random.Next(bytes.Count)] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.InsertRange(start, Pick(_tokens));
                break;
            case 3:
                bytes.RemoveRange(start, length);
                bytes.InsertRange(start, Pick(_tokens));
                break;
            case 4:
                bytes.RemoveRange(start, length);
                break;
            case 5:
                var copy = bytes.GetRange(start, length);
                for (var times = 1 << _random.Next(6); times > 0 && bytes.Count < MaxLength; times--)
                {
                    bytes.InsertRange(start, copy);
                }

                break;
            case 6:
                var other = Pick(_inputs);
                var cut = _random.Next(other.Length + 1);
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(other[cut..]);
                break;
            case 7:
                CopyLine(bytes);
                break;
            default:
                bytes.RemoveRange(start, bytes.Count - start);
                break;
        }
    }

    // Short ones more often than long ones.
    private (int Start, int Length) Span(List<byte> bytes)
    {
        var start = _random.Next(bytes.Count + 1);
        return (start, Math.Min(bytes.Count - start, 1 << _random.Next(10)));
    }

    private void CopyLine(List<byte> bytes)
    {
        var text = Encoding.Latin1.GetString([.. bytes]).Split('\n').ToList();
        text.Insert(_random.Next(text.Count + 1), Pick(text));
        bytes.Clear();
        bytes.AddRange(Encoding.Latin1.GetBytes(string.Join('\n', text)));
    }
}
