using System.Text;
using Cofferdam.Dockerfile;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class CheckTests
{
    [Theory]
    [InlineData("FROM alpine AS Base\n", "StageNameCasing: Stage name 'Base' should be lowercase (line 1)")]
    [InlineData("FROM alpine as base\n", "FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)")]
    [InlineData("FROM alpine\nRUN a \\\n\n b\n", "NoEmptyContinuation: Empty continuation line (line 4)")]
    [InlineData("FROM alpine\nRUN a\nRun b\n", "ConsistentInstructionCasing: Command 'Run' should match the case of the command majority (uppercase) (line 3)")]
    [InlineData("FROM alpine AS a\nFROM alpine AS a\n", "DuplicateStageName: Duplicate stage name \"a\", stage names should be unique (line 2)")]
    [InlineData("FROM alpine AS context\n", "ReservedStageName: Stage name should not use the same name as reserved stage \"context\" (line 1)")]
    [InlineData("FROM alpine\nCMD a\n", "JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 2)")]
    [InlineData("FROM alpine\nMAINTAINER a\n", "MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)")]
    [InlineData("ARG TAGS=latest\nFROM alpine:${TAG:-latest}\n", "UndefinedArgInFrom: FROM argument 'TAG' is not declared (did you mean TAGS?) (line 2)")]
    [InlineData("FROM alpine\nWORKDIR a\nWORKDIR b\n", "WorkdirRelativePath: Relative workdir \"a\" can have unexpected results if the base image changes (line 2)")]
    [InlineData("FROM alpine\nENV A=$PAHT\n", "UndefinedVar: Usage of undefined variable '$PAHT' (did you mean $PATH?) (line 2)")]
    [InlineData("FROM alpine\nCMD [\"a\"]\nCMD [\"b\"]\n", "MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used (line 2)")]
    [InlineData("FROM alpine\nENV a b\n", "LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV key value\" format (line 2)")]
    [InlineData("FROM --platform=$TARGETPLATFORM alpine\n", "RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior (line 1)")]
    [InlineData("FROM --platform=linux/amd64 alpine\n", "FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value \"linux/amd64\" (line 1)")]
    [InlineData("FROM alpine\nARG API_TOKEN\n", "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG \"API_TOKEN\") (line 2)")]
    [InlineData("ARG T\nFROM alpine${T}:latest\n", "")]
    [InlineData("FROM alpine\nEXPOSE 80/TCP\n", "ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase (line 2)")]
    [InlineData("FROM alpine\nEXPOSE 8080:80\n", "ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '8080:80' (line 2)")]
    [InlineData("FROM alpine\nARG PUBLIC_KEY\nCOPY $PUBLIC_KEY /\n", "")]
    [InlineData("# check=skip=JSONArgsRecommended\nFROM alpine\nCMD a\n", "")]
    [InlineData("# check=skip=all\nFROM alpine as x\nCMD a\n", "")]
    [InlineData("FROM alpine\n# check=skip=JSONArgsRecommended\nCMD a\n", "")]
    [InlineData("FROM alpine AS build\n", "")]
    [InlineData("from alpine as build\n", "")]
    [InlineData("From alpine as build\n", "ConsistentInstructionCasing: Command 'From' should match the case of the command majority (uppercase) (line 1)")]
    [InlineData("FROM alpine\nRUN a \\\n # comment\n b\n", "")]
    [InlineData("FROM alpine AS contexts\n", "")]
    [InlineData("FROM alpine\nSHELL [\"/bin/sh\", \"-c\"]\nCMD a\n", "")]
    [InlineData("from alpine\ncmd a\n", "JSONArgsRecommended: JSON arguments recommended for cmd to prevent unintended behavior related to OS signals (line 2)")]
    [InlineData("from alpine\nlabel a b\n", "LegacyKeyValueFormat: \"label key=value\" should be used instead of legacy \"label key value\" format (line 2)")]
    [InlineData("FROM alpine\nENV a=b c=d\n", "")]
    [InlineData("FROM alpine\nENV A=$PA\n", "UndefinedVar: Usage of undefined variable '$PA' (did you mean $PATH?) (line 2)")]
    [InlineData("FROM alpine\nENV A=$path\n", "UndefinedVar: Usage of undefined variable '$path' (line 2)")]
    [InlineData("FROM alpine\nARG A\nENV B=$A\n", "")]
    [InlineData("FROM alpine\nWORKDIR /a\nWORKDIR b\n", "")]
    [InlineData("FROM alpine AS a\nCMD [\"a\"]\nFROM a\nCMD [\"b\"]\n", "")]
    [InlineData("FROM --platform=$BUILDPLATFORM alpine\n", "")]
    [InlineData("FROM --platform=linux/amd64 alpine AS of-linux\n", "")]
    [InlineData("FROM alpine\nARG API_TOKEN_FILE KEYS MONKEY\n", "")]
    [InlineData("FROM alpine\nEXPOSE 80 81/tcp 90-99/udp\n", "")]
    [InlineData("ARG TAG=latest\nFROM alpine:${TAG}\n", "")]
    [InlineData("# check=experimental=all\nFROM alpine\n# of A\nARG A\n", "InvalidDefinitionDescription: Comment for ARG should follow the format: `# A <description>` (line 4)")]
    [InlineData("FROM alpine\n# of A\nARG A\n", "")]
    [InlineData("FROM arm64v8/alpine\n", "InvalidBaseImagePlatform: Base image arm64v8/alpine was pulled with platform \"linux/arm64\", expected \"linux/amd64\" for current build (line 1)")]
    public async Task Build_Text_WarnsOfHit(string dockerfile, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : [expected], await new FrontendScenario(dockerfile).WarningsAsync());

    [Fact]
    public async Task Build_CheckArgument_TakesThePlaceOfTheDirective() =>
        Assert.Empty(await new FrontendScenario("# check=skip=none\nFROM alpine\nCMD a\n", ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "skip=all")).WarningsAsync());

    [Theory]
    [InlineData("notes.md", "COPY notes.md /\n", "CopyIgnoredFile: Attempting to Copy file \"notes.md\" that is excluded by .dockerignore (line 2)")]
    [InlineData("docs", "ADD ./docs/a/ /\n", "CopyIgnoredFile: Attempting to Add file \"docs/a\" that is excluded by .dockerignore (line 2)")]
    [InlineData("*", "COPY . /\n", "CopyIgnoredFile: Attempting to Copy file \".\" that is excluded by .dockerignore (line 2)")]
    [InlineData("a*", "COPY . /\n", "")]
    [InlineData("notes.md", "COPY note.md /\n", "")]
    [InlineData("*.md\n!notes.md", "COPY notes.md other.md /\n", "")]
    [InlineData("notes.md", "COPY --from=alpine notes.md /\n", "")]
    [InlineData("notes.md", "ADD https://example.com/notes.md /\n", "")]
    public async Task Build_IgnoredFile_IsToldOf(string ignored, string instruction, string expected)
    {
        var scenario = new FrontendScenario("FROM alpine\n" + instruction) { Host = { Files = { [("context", ".dockerignore")] = ignored } } };
        Assert.Equal(expected.Length == 0 ? [] : [expected], await scenario.WarningsAsync());
    }

    [Theory]
    [InlineData("bogus=1", "failed to parse check options: invalid check option \"bogus\"")]
    [InlineData("error", "failed to parse check options: invalid check option \"error\"")]
    [InlineData("error=maybe", "failed to parse check options: failed to parse check option \"error=maybe\": strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("skip=JSONArgsRecommended;error=true", "lint violation found for rules: FromAsCasing")]
    public async Task Build_CheckDirective_FailsTheBuild(string options, string message) =>
        Assert.Equal(message, (await new FrontendScenario($"# check={options}\nFROM alpine as a\nCMD a\n").FailAsync()).Message);

    [Fact]
    public async Task Build_CheckArgumentWrong_NamesIt() => Assert.Equal(
        "failed to parse build-arg:BUILDKIT_DOCKERFILE_CHECK: invalid check option \"x\"",
        (await new FrontendScenario("FROM alpine\n", ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "x=1")).FailAsync()).Message);

    [Fact]
    public async Task Lint_InstructionNotUnderstood_ChecksThoseBefore() => Assert.Equal(
        ["FromAsCasing:1: 'as' and 'FROM' keywords' casing do not match", "error: dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)"],
        await new CheckExample("FROM alpine as a\nRUM a\n", []).CheckAsync());

    [Fact]
    public async Task Lint_SeveralPlatforms_DoNotDisturbEachOther()
    {
        var scenario = new FrontendScenario("FROM alpine\nCOPY a /\n", ("platform", "linux/amd64,linux/arm64,linux/arm/v7,linux/s390x")) { Host = { Files = { [("context", ".dockerignore")] = "a" } } };
        Assert.Single(await scenario.WarningsAsync());
        Assert.Single(scenario.Host.Reads, read => read.Contains("local://context .dockerignore", StringComparison.Ordinal));
    }

    [Fact]
    public void Url_OfRule_IsItsNameInKebabCase() =>
        Assert.Equal("https://docs.docker.com/go/dockerfile/rule/json-args-recommended/", CheckRules.JsonArgsRecommended.Url);

    [Fact]
    public async Task Lint_Request_AnswersWithHitsAndError()
    {
        var result = await new FrontendScenario("FROM alpine as x\nCMD a\nFROM alpne\n", ("requestid", "frontend.lint")).SolveAsync();
        var json = Encoding.UTF8.GetString(result.Metadata["result.json"]);
        Assert.Empty(result.Images);
        Assert.Equal("1", Encoding.UTF8.GetString(result.Metadata["result.statuscode"]));
        Assert.Contains("\"ruleName\": \"FromAsCasing\"", json, StringComparison.Ordinal);
        Assert.Contains("\"buildError\"", json, StringComparison.Ordinal);
        Assert.Contains(
            """
            WARNING: FromAsCasing - https://docs.docker.com/go/dockerfile/rule/from-as-casing/
            'as' and 'FROM' keywords' casing do not match
            Dockerfile:1
            --------------------
               1 | >>> FROM alpine as x
               2 |     CMD a
               3 |     FROM alpne
            """,
            Encoding.UTF8.GetString(result.Metadata["result.txt"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_CleanText_AnswersZero() =>
        Assert.Equal("0", Encoding.UTF8.GetString((await new FrontendScenario("FROM alpine\n", ("requestid", "frontend.lint")).SolveAsync()).Metadata["result.statuscode"]));

    [Fact]
    public async Task Targets_Request_ListsStages()
    {
        var result = await new FrontendScenario("# build compiles it\nFROM alpine AS build\nFROM scratch\n", ("requestid", "frontend.targets")).SolveAsync();
        Assert.Equal("TARGET    DESCRIPTION\nbuild     compiles it\n(default) \n", Encoding.UTF8.GetString(result.Metadata["result.txt"]));
    }

    [Fact]
    public async Task Outline_Request_ListsArgumentsAndSecrets()
    {
        var result = await new FrontendScenario(
            "# TAG the version\nARG TAG=latest\nFROM alpine:$TAG\nARG A=1\nRUN --mount=type=secret,id=s,required x\n", ("requestid", "frontend.outline")).SolveAsync();
        Assert.Equal(
            "BUILD ARG   VALUE    DESCRIPTION\nTAG         latest   the version\nA           1        \n\nSECRET   REQUIRED\ns        true\n\n",
            Encoding.UTF8.GetString(result.Metadata["result.txt"]));
    }
}
