using System.Text;
using Cofferdam.Dockerfile;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>What <c>coffer fix</c> rewrites, and what it leaves.</summary>
public sealed class DockerfileFixTests
{
    [Theory]
    [InlineData("FROM a as b\nrun x\nRUN y\n", "FROM a AS b\nRUN x\nRUN y\n")]
    [InlineData("from a AS b\nrun x\n", "from a as b\nrun x\n")]
    [InlineData("FROM a AS Build\nCOPY --from=Build /x /y\n", "FROM a AS build\nCOPY --from=Build /x /y\n")]
    [InlineData("FROM a\nENV k v w\nLABEL l \"m n\"\n", "FROM a\nENV k=\"v w\"\nLABEL l=\"m n\"\n")]
    [InlineData("FROM a\nRUN x \\\n\n  y \\\n  # kept\n  z\n", "FROM a\nRUN x \\\n  y \\\n  # kept\n  z\n")]
    [InlineData("FROM --platform=$TARGETPLATFORM a\nEXPOSE 80/TCP 81/Udp\n", "FROM a\nEXPOSE 80/tcp 81/udp\n")]
    [InlineData("FROM a\nCMD x\n", "FROM a\nCMD x\n")]
    public void Writing_IsPutRight(string before, string after) => Assert.Equal(after, Fix(before).Text);

    [Fact]
    public void File_UsedByRun_BecomesAMount()
    {
        var (text, result) = Fix("FROM a\nWORKDIR /app\nCOPY package.json .npmrc ./\nRUN npm ci && \\\n    rm -f .npmrc\nRUN rm -rf .npmrc\nCOPY . .\n");

        Assert.Equal("FROM a\nWORKDIR /app\nCOPY package.json ./\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc npm ci\nCOPY . .\n", text);
        Assert.Equal([new NeededSecret("npmrc", ".npmrc", null)], result.Secrets);
        Assert.Empty(result.Left);
    }

    [Theory]
    [InlineData("COPY conf/.netrc /root/\nRUN chmod 600 /root/.netrc && curl -n https://x\n", "RUN --mount=type=secret,id=netrc,target=/root/.netrc curl -n https://x\n")]
    [InlineData("ADD [\".netrc\", \"/root/.netrc\"]\nRUN [\"curl\", \"-n\", \"https://x\"]\n", "RUN --mount=type=secret,id=netrc,target=/root/.netrc [\"curl\", \"-n\", \"https://x\"]\n")]
    [InlineData("COPY .netrc /root/.netrc\nRUN apk add git\nRUN git clone https://x\nUSER app\n", "RUN apk add git\nRUN --mount=type=secret,id=netrc,target=/root/.netrc,mode=0444 git clone https://x\nUSER app\n")]
    [InlineData("COPY .netrc /root/.netrc\nRUN <<EOF\ncurl -n https://x\nEOF\n", "RUN --mount=type=secret,id=netrc,target=/root/.netrc <<EOF\ncurl -n https://x\nEOF\n")]
    public void File_BecomesAMount(string before, string after) => Assert.Equal("FROM a\n" + after, Fix("FROM a\n" + before).Text);

    [Theory]
    [InlineData("COPY .env /app/.env\nCMD [\"app\"]\n", "no RUN after it uses it")]
    [InlineData("COPY .npmrc ./\nRUN npm ci\n", "where it is copied to cannot be told")]
    [InlineData("COPY .netrc /root/\nRUN echo machine >> ~/.netrc && curl x\n", "changes, moves or copies it")]
    [InlineData("COPY --chown=app .netrc /root/\nRUN curl x\n", "--chown")]
    [InlineData("COPY .ssh /root/.ssh\nRUN git clone x\n", "it is a directory")]
    [InlineData("COPY .netrc /root/.netrc\nRUN curl x\nCMD [\"cat\", \"/root/.netrc\"]\n", "when the container runs")]
    [InlineData("COPY *.key /k/\nRUN ./sign\n", "cannot be told from the text")]
    [InlineData("ARG TOKEN\nRUN x $TOKEN\nLABEL t=$TOKEN\n", "can be given to RUN only")]
    [InlineData("ARG TOKEN\nRUN npm config set //r/:_authToken $TOKEN\n", "stays in the layer")]
    [InlineData("ARG TOKEN\nRUN echo $TOKEN > /root/.t\n", "stays in the layer")]
    [InlineData("ARG TOKEN OTHER\nRUN x $TOKEN\n", "an ARG of its own")]
    [InlineData("ENV API_KEY=x\nCMD [\"app\"]\n", "no RUN names it")]
    [InlineData("ENV k it's\n", "which of them are meant")]
    public void Unsafe_IsLeftWithTheReason(string before, string reason)
    {
        var (text, result) = Fix("FROM a\n" + before);

        Assert.Equal("FROM a\n" + before, text);
        Assert.Contains(reason, Assert.Single(result.Left).Text, StringComparison.Ordinal);
        Assert.Empty(result.Secrets);
    }

    [Theory]
    [InlineData("ARG TOKEN\nRUN x $TOKEN\nRUN mkdir y\n", "RUN --mount=type=secret,id=token,env=TOKEN x $TOKEN\nRUN mkdir y\n")]
    [InlineData("ARG TOKEN\nRUN echo $TOKEN > /t && x && rm /t\n", "RUN --mount=type=secret,id=token,env=TOKEN echo $TOKEN > /t && x && rm /t\n")]
    [InlineData("ARG TOKEN\nENV NPM_TOKEN=$TOKEN\nRUN x $NPM_TOKEN\n", "RUN --mount=type=secret,id=token,env=NPM_TOKEN x $NPM_TOKEN\n")]
    [InlineData("ARG TOKENS\nRUN x $TOKENS\n", "ARG TOKENS\nRUN x $TOKENS\n")]
    [InlineData("# check=skip=SecretsUsedInArgOrEnv\nARG TOKEN\nRUN x $TOKEN\n", "# check=skip=SecretsUsedInArgOrEnv\nARG TOKEN\nRUN x $TOKEN\n")]
    public void Variable_BecomesASecret(string before, string after)
    {
        var (text, result) = Fix("FROM a\n" + before);

        // ARG TOKEN without a RUN that names it, once ENV is gone, is left for the user to remove.
        Assert.Equal("FROM a\n" + after, text.Replace("ARG TOKEN\nRUN --mount", "RUN --mount", StringComparison.Ordinal));
        Assert.All(result.Secrets, secret => Assert.Equal(new NeededSecret("token", null, "TOKEN"), secret));
    }

    [Fact]
    public void Variable_SeenInDerivedStages_IsMountedThere() => Assert.Equal(
        "FROM a AS b\nFROM b AS c\nRUN --mount=type=secret,id=token,env=TOKEN x $TOKEN\nFROM a\nRUN y $TOKEN\n",
        Fix("ARG TOKEN\nFROM a AS b\nARG TOKEN\nFROM b AS c\nRUN x $TOKEN\nFROM a\nRUN y $TOKEN\n").Text);

    [Fact]
    public void LineEndingsAndMark_Stay()
    {
        var before = "\uFEFFFROM a\r\nCOPY .netrc /root/.netrc\r\nRUN curl x\r\nENV a b\r\n";
        Assert.Equal("\uFEFFFROM a\r\nRUN --mount=type=secret,id=netrc,target=/root/.netrc curl x\r\nENV a=b\r\n", Fix(before).Text);
    }

    [Fact]
    public async Task Result_HasNoHitsOfWhatWasFixed()
    {
        var (text, _) = Fix("from alpine as B\nWORKDIR /w\nCOPY .netrc /root/.netrc\nARG API_TOKEN\nRUN curl -H \"X: $API_TOKEN\" https://x && rm /root/.netrc\nENV a b\nFROM alpine\nRUN true\n");
        Assert.Empty(await new CheckExample(text, []).CheckAsync());
    }

    // The result of a second call is that of the first.
    private static (string Text, FixResult Result) Fix(string text)
    {
        var result = DockerfileFix.Apply("Dockerfile", Encoding.UTF8.GetBytes(text));
        var again = DockerfileFix.Apply("Dockerfile", result.Content);
        Assert.Empty(again.Changes);
        Assert.Equal(result.Content.ToArray(), again.Content.ToArray());
        return (Encoding.UTF8.GetString(result.Content.Span), result);
    }
}
