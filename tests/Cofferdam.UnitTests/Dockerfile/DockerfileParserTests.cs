using System.Text;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class DockerfileParserTests
{
    [Theory]
    [InlineData("FROM a\nRUN b \\\n c\n", "FROM|a@1-1;RUN|b  c@2-3")]
    [InlineData("# x\n\nFROM a\nRUN b \\\n# note\n\n  c\n", "FROM|a@3-3;RUN|b   c@4-7")]
    [InlineData("\uFEFF  FROM a", "FROM|a@1-1")]
    [InlineData("FROM a\r\nRUN b\\\r\nc\r\n", "FROM|a@1-1;RUN|bc@2-3")]
    [InlineData("# escape=`\nFROM a\nRUN c:\\ `\n d\n", "FROM|a@2-2;RUN|c:\\  d@3-4")]
    [InlineData("FROM a\nRUN b \\\\\nRUN c\n", "FROM|a@1-1;RUN|b \\\\@2-2;RUN|c@3-3")]
    [InlineData("FROM a\nRUN b \\", "FROM|a@1-1;RUN|b@2-2")]
    public void Parse_Lines_JoinsThem(string text, string expected)
    {
        var parsed = DockerfileParser.Parse(ToSource(text));
        Assert.Equal(expected, string.Join(';', parsed.Instructions.Select(raw => $"{raw.Keyword}|{raw.Arguments}@{raw.Lines.Start}-{raw.Lines.End}")));
    }

    [Fact]
    public void Parse_Flags_EndAtFirstOtherWord()
    {
        var raw = DockerfileParser.Parse(ToSource("COPY --from=a --chown=\"x y\" -- --b c")).Instructions[0];
        Assert.Equal(["--from=a", "--chown=x y"], raw.Flags);
        Assert.Equal("--b c", raw.Arguments);
    }

    [Fact]
    public void Parse_Heredocs_AreTakenInOrder()
    {
        var raw = DockerfileParser.Parse(ToSource("COPY <<A <<-'B' /x/\none\nA\n\ttwo\n\tB\nRUN x\n")).Instructions;
        Assert.Equal([new Heredoc("A", true, false, "one\n"), new Heredoc("B", false, true, "\ttwo\n")], raw[0].Heredocs);
        Assert.Equal("two\n", raw[0].Heredocs[1].Text);
        Assert.Equal(new LineRange(1, 5), raw[0].Lines);
        Assert.Equal(new LineRange(6, 6), raw[1].Lines);
    }

    [Fact]
    public void Parse_HeredocMarkInJsonForm_IsNone() =>
        Assert.Empty(DockerfileParser.Parse(ToSource("RUN [\"cat\", \"<<EOF\"]\n")).Instructions[0].Heredocs);

    [Theory]
    [InlineData("[\"a\\ud800b\"]", "a\ufffdb")]
    [InlineData("[\"\\udc00\\ud83d\\ude00\"]", "\ufffd\ud83d\ude00")]
    [InlineData("[\"\\\\ud800\"]", "\\ud800")]
    public void ReadJson_HalfASurrogatePair_BecomesTheLetterForNone(string text, string item)
    {
        Assert.True(ArgumentReader.TryReadJson(text, out var items));
        Assert.Equal([item], items);
    }

    [Theory]
    [InlineData("", "the Dockerfile cannot be empty", 1, 1)]
    [InlineData("# only\n\n", "file with no instructions", 2, 2)]
    [InlineData("RUN x\nFROM a\n", "no build stage in current context", 1, 1)]
    [InlineData("ARG x\n", "dockerfile contains no stages to build", 1, 1)]
    [InlineData("FROM a\n\nRNU x\n", "dockerfile parse error on line 3: unknown instruction: RNU", 3, 3)]
    [InlineData("FROM a b\n", "FROM requires either one or three arguments", 1, 1)]
    [InlineData("FROM a AS 1x\n", "invalid name for build stage", 1, 1)]
    [InlineData("FROM a\nCOPY \\\n x\n", "COPY requires at least two arguments", 2, 3)]
    [InlineData("FROM a\nCOPY --form=x a b\n", "unknown flag: --form", 2, 2)]
    [InlineData("FROM a\nCOPY --from=x --from=y a b\n", "duplicate flag specified: --from", 2, 2)]
    [InlineData("FROM a\nCOPY --link=maybe a b\n", "expecting boolean value for flag --link, not: maybe", 2, 2)]
    [InlineData("FROM a\nCOPY --from a b\n", "missing a value on flag: --from", 2, 2)]
    [InlineData("FROM a\nSHELL bash -c\n", "SHELL requires the arguments to be in JSON form", 2, 2)]
    [InlineData("FROM a\nRUN [\"a\", 1]\n", "arrays must be comprised of strings only", 2, 2)]
    [InlineData("FROM a\nENV x\n", "ENV must have two arguments", 2, 2)]
    [InlineData("FROM a\nENV a=b c\n", "can't find = in \"c\"", 2, 2)]
    [InlineData("FROM a\nRNU x\nENV a=b c\n", "can't find = in \"c\"", 3, 3)]
    [InlineData("FROM a\nRNU x\nONBUILD CMD [1]\n", "arrays must be comprised of strings only", 3, 3)]
    [InlineData("FROM a\nLABEL =x\n", "LABEL names can not be blank", 2, 2)]
    [InlineData("FROM a\nUSER\n", "USER requires exactly one argument", 2, 2)]
    [InlineData("FROM a\nEXPOSE\n", "EXPOSE requires at least one argument", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK NONE x\n", "HEALTHCHECK NONE takes no arguments", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK --interval=5 CMD x\n", "time: missing unit in duration \"5\"", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK --interval=5s6days CMD x\n", "time: unknown unit \"days\" in duration \"5s6days\"", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK --interval=s CMD x\n", "time: invalid duration \"s\"", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK --retries=x CMD x\n", "strconv.ParseInt: parsing \"x\": invalid syntax", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK TRY x\n", "Unknown type \"TRY\" in HEALTHCHECK", 2, 2)]
    [InlineData("FROM a\nHEALTHCHECK --interval=1us CMD x\n", "cannot be less than 1ms", 2, 2)]
    [InlineData("FROM a\nONBUILD FROM x\n", "FROM isn't allowed as an ONBUILD trigger", 2, 2)]
    [InlineData("FROM a\nONBUILD ONBUILD RUN x\n", "Chaining ONBUILD", 2, 2)]
    [InlineData("FROM a\nRUN <<EOF\nx\n", "unterminated heredoc", 2, 3)]
    [InlineData("FROM a\nCOPY x <<EOF\nEOF\n", "cannot accept a heredoc as a destination", 2, 3)]
    [InlineData("FROM a\nRUN --mount=from=$x,target=/a x\n", "'from' doesn't support variable expansion", 2, 2)]
    [InlineData("FROM a\nRUN --device=x,required=y z\n", "invalid value for required: y", 2, 2)]
    [InlineData("# escape=x\nFROM a\n", "invalid escape token 'x'", 1, 1)]
    [InlineData("# syntax=a\n# syntax=b\nFROM a\n", "only one syntax parser directive can be used", 2, 2)]
    public void Parse_InvalidText_NamesLines(string text, string message, int start, int end)
    {
        var error = Assert.ThrowsAny<CofferdamException>(() => DockerfileText.Parse(ToSource(text)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(new LineRange(start, end), Assert.Single(error.Location!.Ranges));
    }

    [Theory]
    [InlineData("FROM a\nRUNN x\n", "did you mean RUN?")]
    [InlineData("FROM a\nCOPY --form=x a b\n", "did you mean --from?")]
    public void Parse_Typo_SuggestsNearMatch(string text, string hint) =>
        Assert.Equal(hint, Assert.ThrowsAny<CofferdamException>(() => DockerfileText.Parse(ToSource(text))).Hint);

    [Theory]
    [InlineData("1h2m3s", 3_723_000_000_000, "1h2m3s")]
    [InlineData("1.5s", 1_500_000_000, "1.5s")]
    [InlineData("90m", 5_400_000_000_000, "1h30m0s")]
    [InlineData("20ms", 20_000_000, "20ms")]
    public void Duration_Text_IsReadAndWrittenAsGoDoes(string text, long expected, string written)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(expected, value);
        Assert.Equal(written, GoDuration.Format(value));
    }

    private static SourceText ToSource(string text) => new("Dockerfile", Encoding.UTF8.GetBytes(text));
}
