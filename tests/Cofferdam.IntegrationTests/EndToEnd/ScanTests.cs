using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The search of images that are there, for the values of secrets.</summary>
public sealed class ScanTests : IDisposable
{
    private const string Value = "tok-9fK3xQz7LmW2";

    private const string Leaking = """
        FROM scratch
        COPY busybox /bin/busybox
        RUN --mount=type=secret,id=token,target=/token ["/bin/busybox", "sh", "-c", "/bin/busybox base64 /token > /left; /bin/busybox gzip < /token > /packed.gz"]
        """;

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Secret => Path.Combine(_coffer.Directory, "token");

    [Fact]
    public async Task Image_ThatHoldsASecret_IsFoundOut_AsAnImageAnArchiveAndADirectory()
    {
        await File.WriteAllTextAsync(Secret, Value, Token);
        var archive = Path.Combine(_coffer.Directory, "saved.tar");
        var tree = Path.Combine(_coffer.Directory, "tree");
        Assert.StartsWith("exit 0", await _coffer.BuildAsync(Leaking, "--secret", $"id=token,src={Secret}", "--seal", "off", "-t", "leaking"));
        Assert.StartsWith("exit 0", await _coffer.RunAsync("save", "-o", archive, "leaking"));
        Assert.StartsWith("exit 0", await _coffer.BuildAsync(Leaking, "--secret", $"id=token,src={Secret}", "--seal", "off", "-o", $"type=local,dest={tree}"));

        foreach (var what in new[] { "leaking", archive, tree })
        {
            var found = await _coffer.RunAsync("scan", "--secret", $"id=token,src={Secret}", what);
            Assert.StartsWith("exit 1", found);
            Assert.Matches("secret \"token\" \\(whole, base64\\) is in \".*left\"", found);
            Assert.Matches("secret \"token\" \\(whole, as is\\) is in \".*packed.gz!.*\"", found);
            Assert.DoesNotContain(Value, found, StringComparison.Ordinal);
        }

        Assert.Contains("\"encoding\": \"base64\"", await _coffer.RunAsync("scan", "--secret", $"id=token,src={Secret}", "--format", "json", "leaking"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_WithoutTheSecret_IsClean()
    {
        await File.WriteAllTextAsync(Secret, Value, Token);
        Assert.StartsWith("exit 0", await _coffer.BuildAsync("FROM scratch\nCOPY busybox /bin/busybox\nENV NAME=value", "-t", "clean"));

        var scan = await _coffer.RunAsync("scan", "--secret", $"id=token,src={Secret}", "clean");
        Assert.StartsWith("exit 0", scan);
        Assert.Contains("token: searched as whole\nnothing found in clean", scan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThere_AndNoSecret_AreSaid()
    {
        await File.WriteAllTextAsync(Secret, Value, Token);

        Assert.Contains("give a secret", await _coffer.RunAsync("scan", "app"), StringComparison.Ordinal);
        Assert.Contains("there is no such file", await _coffer.RunAsync("scan", "--secret", $"id=token,src={Secret}", "./missing.tar"), StringComparison.Ordinal);
        var missing = await _coffer.RunAsync("scan", "--secret", $"id=token,src={Secret}", "missing");
        Assert.StartsWith("exit 1", missing);
        Assert.Contains("missing", missing, StringComparison.Ordinal);
    }

    public void Dispose() => _coffer.Dispose();
}
