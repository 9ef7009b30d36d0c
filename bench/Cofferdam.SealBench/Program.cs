// Measures how many bytes a second one core searches for secrets: dotnet run -c Release --project bench/Cofferdam.SealBench [TEXT FILE...]
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Secrets;

const int Megabytes = 64;
var random = new Random(1);
var noise = new byte[Megabytes << 20];
random.NextBytes(noise);
var letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
var data = new List<(string Name, byte[] Bytes)>
{
    ("random", noise),
    ("text", args.Length > 0 ? Repeat(args.SelectMany(File.ReadAllBytes).ToArray()) : Text()),
    ("base64, wrapped", Repeat(Encoding.ASCII.GetBytes(Convert.ToBase64String(noise.AsSpan(0, 1 << 20), Base64FormattingOptions.InsertLineBreaks)))),
    ("hex", Repeat(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(noise.AsSpan(0, 1 << 20))))),
    ("zeroes", new byte[Megabytes << 20]),
};

foreach (var count in (int[])[1, 10, 100])
{
    var secrets = Enumerable.Range(0, count).Select(Secret).ToList();
    var watch = Stopwatch.StartNew();
    using var search = new SecretSearch(secrets);
    Console.WriteLine($"{count} secrets: {search.Plan.Patterns} patterns, made in {watch.ElapsedMilliseconds} ms");
    foreach (var (name, bytes) in data)
    {
        var best = Enumerable.Range(0, 5).Min(_ => Measure(search, bytes));
        Console.WriteLine($"  {name,-16} {bytes.Length / best / 1e9,6:F2} GB/s");
    }
}

return 0;

static double Measure(SecretSearch search, byte[] bytes)
{
    using var scanner = search.OpenScanner();
    var before = Environment.CpuUsage.TotalTime;
    for (var i = 0; i < bytes.Length; i += 64 * 1024)
    {
        scanner.Append(bytes.AsSpan(i, Math.Min(64 * 1024, bytes.Length - i)));
    }

    if (scanner.Finish().Count > 0)
    {
        throw new InvalidOperationException("found what is not there");
    }

    // Time of the processor, so that other work on the machine counts little.
    return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
}

// Tokens, a netrc, an npmrc and a key, in turn.
SearchedSecret Secret(int number)
{
    string Token(int length) => RandomNumberGenerator.GetString(letters, length);
    var value = (number % 4) switch
    {
        0 => $"ghp_{Token(36)}",
        1 => $"machine git.example.test\n  login ci-bot\n  password {Token(24)}\nmachine pkg.example.test login build password {Token(20)}\n",
        2 => $"//npm.example.test/:_authToken={Token(36)}\nalways-auth=true\n",
        _ => $"-----BEGIN PRIVATE KEY-----\n{Convert.ToBase64String(RandomNumberGenerator.GetBytes(1200), Base64FormattingOptions.InsertLineBreaks)}\n-----END PRIVATE KEY-----\n",
    };
    return new SearchedSecret($"s{number}", new SecretValue(Encoding.ASCII.GetBytes(value)));
}

byte[] Text()
{
    var words = Enumerable.Range(0, 5000).Select(_ => new string(random.GetItems<char>("etaoinshrdlucmfwypvbgkjqxz", random.Next(2, 11)))).ToArray();
    var text = new StringBuilder();
    while (text.Length < 4 << 20)
    {
        text.Append(words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]).Append(random.Next(10) switch { 0 => "\n", 1 => ", ", 2 => "(", _ => " " });
    }

    return Repeat(Encoding.ASCII.GetBytes(text.ToString()));
}

static byte[] Repeat(byte[] piece)
{
    var all = new byte[Megabytes << 20];
    for (var i = 0; i < all.Length; i += piece.Length)
    {
        piece.AsSpan(0, Math.Min(piece.Length, all.Length - i)).CopyTo(all.AsSpan(i));
    }

    return all;
}
