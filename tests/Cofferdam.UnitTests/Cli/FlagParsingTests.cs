using Cofferdam.Cli;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Parsing;
using Xunit;

namespace Cofferdam.UnitTests.Cli;

public sealed class FlagParsingTests
{
    [Theory]
    [InlineData("id=a,src=b", "a", "b", null)]
    [InlineData("id=a,source=b", "a", "b", null)]
    [InlineData("id=a,type=file,src=b", "a", "b", null)]
    [InlineData("id=a,env=B", "a", null, "B")]
    [InlineData("id=a,type=env,env=B", "a", null, "B")]
    [InlineData("id=a,type=env,src=B", "a", null, "B")]
    [InlineData("id=a,type=env", "a", null, "a")]
    [InlineData("id=SET", "SET", null, "SET")]
    [InlineData("id=SET,type=file", "SET", "SET", null)]
    [InlineData("id=unset", "unset", "unset", null)]
    [InlineData("id=a,\"src=x,y\"", "a", "x,y", null)]
    public void Secret_Spelling_NamesFileOrVariable(string text, string id, string? file, string? variable)
    {
        var flag = SecretFlag.Parse(text, name => name == "SET" ? "value" : null);
        Assert.Equal((id, file, variable), (flag.Id, flag.File, flag.Variable));
    }

    [Theory]
    [InlineData("src=b", "a secret needs an id")]
    [InlineData("from=vault:a/b", "a secret needs an id")]
    [InlineData("id=a,from=valt:a/b", "unknown source \"valt\" of a secret")]
    [InlineData("id=a,from=vault", "source \"vault\" of a secret needs a reference")]
    [InlineData("id=a,src=b,from=exec:c", "\"from\" and \"src\" of \"--secret\" exclude each other")]
    [InlineData("id=a,cache=yes", "invalid value \"yes\" for \"cache\" of \"--secret\"")]
    [InlineData("id=a,type=other", "unsupported secret type \"other\"")]
    [InlineData("id=a,what=b", "unexpected key \"what\" of \"--secret\"")]
    [InlineData("id", "invalid field \"id\" of \"--secret\": it must be a key=value pair")]
    public void Secret_Wrong_Says(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => SecretFlag.Parse(text, _ => null)).Message);

    [Theory]
    [InlineData("out", "local", "out", "")]
    [InlineData("-", "tar", "-", "")]
    [InlineData("type=tar,dest=x.tar", "tar", "x.tar", "")]
    [InlineData("type=oci", "oci", "-", "")]
    [InlineData("type=docker", "image", null, "")]
    [InlineData("type=docker,dest=x", "docker", "x", "")]
    [InlineData("type=registry", "image", null, "push=true")]
    [InlineData("type=image,\"name=a,b\",push=true", "image", null, "name=a,b;push=true")]
    [InlineData("type=cacheonly", "cacheonly", null, "")]
    [InlineData("type=oci,dest=d,tar=false", "oci", "d", "tar=false")]
    public void Output_Spelling_NamesExporter(string text, string type, string? destination, string attributes)
    {
        var flag = OutputFlag.Parse(text);
        Assert.Equal((type, destination, attributes), (flag.Type, flag.Destination, string.Join(';', flag.Attributes.Select(pair => $"{pair.Key}={pair.Value}"))));
    }

    [Theory]
    [InlineData("type=local", "output type \"local\" needs \"dest\"")]
    [InlineData("type=imag", "unknown output type \"imag\"")]
    [InlineData("dest=x,a=b", "\"--output\" needs a type")]
    public void Output_Wrong_Says(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => OutputFlag.Parse(text)).Message);

    [Theory]
    [InlineData("default", "default", "", false)]
    [InlineData("id=/run/agent.sock", "id", "/run/agent.sock", false)]
    [InlineData("id=a,b", "id", "a b", false)]
    [InlineData("id=/s,raw=true", "id", "/s", true)]
    public void Ssh_Spelling_NamesAgent(string text, string id, string paths, bool raw)
    {
        var flag = SshFlag.Parse(text);
        Assert.Equal((id, paths, raw), (flag.Id, string.Join(' ', flag.Paths), flag.Raw));
    }

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("\"a,b\",c", "a,b|c")]
    [InlineData("\"a\"\"b\"", "a\"b")]
    [InlineData("", "")]
    public void Csv_Record_SplitsInFields(string text, string fields) => Assert.Equal(fields, string.Join('|', CsvFields.Split(text)));

    [Theory]
    [InlineData("64m", 67108864)]
    [InlineData("1GiB", 1073741824)]
    [InlineData("1.5k", 1536)]
    [InlineData("100", 100)]
    public void ByteCount_Text_IsBytes(string text, long bytes) => Assert.Equal(bytes, ByteCount.Parse(text, "--x"));

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("90s", 90)]
    [InlineData("7d", 604800)]
    [InlineData("0", 0)]
    public void Duration_Text_IsTime(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text));
}
