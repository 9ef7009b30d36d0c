using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>Checks for secrets that would stay in the image: what they tell of, and what is near and fine.</summary>
public sealed class SecretCheckTests
{
    private const string GitHubToken = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

    [Theory]
    [InlineData("COPY .npmrc /app/", "CredentialFileCopied: Do not use COPY for credential files (\".npmrc\") (line 2)")]
    [InlineData("ADD conf/_netrc /root/.netrc", "CredentialFileCopied: Do not use ADD for credential files (\"conf/_netrc\") (line 2)")]
    [InlineData("COPY [\"a.txt\", \"id_ed25519\", \"/x/\"]", "CredentialFileCopied: Do not use COPY for credential files (\"id_ed25519\") (line 2)")]
    [InlineData("COPY .aws /root/.aws", "CredentialFileCopied: Do not use COPY for credential files (\".aws\") (line 2)")]
    [InlineData("COPY config.json /root/.docker/", "CredentialFileCopied: Do not use COPY for credential files (\"config.json\") (line 2)")]
    [InlineData("COPY settings.xml /root/.m2/settings.xml", "CredentialFileCopied: Do not use COPY for credential files (\"settings.xml\") (line 2)")]
    [InlineData("COPY .env.production /app/.env", "CredentialFileCopied: Do not use COPY for credential files (\".env.production\") (line 2)")]
    [InlineData("COPY server.key /etc/ssl/", "CredentialFileCopied: Do not use COPY for credential files (\"server.key\") (line 2)")]
    [InlineData("ONBUILD COPY .netrc /root/", "CredentialFileCopied: Do not use COPY for credential files (\".netrc\") (line 2)")]
    [InlineData("COPY .env.example /app/.env.example", "")]
    [InlineData("COPY id_rsa.pub /root/.ssh/authorized_keys", "")]
    [InlineData("COPY config.json /app/config.json", "")]
    [InlineData("COPY settings.xml gradle.properties nuget.config /src/", "")]
    [InlineData("COPY docker-archive.key nodesource.gpg.key /etc/apt/keyrings/", "")]
    [InlineData("COPY ca.pem fullchain.pem /etc/ssl/", "")]
    [InlineData("COPY --from=alpine /root/.npmrc /x/", "")]
    [InlineData("COPY npmrc.md .npmrc.md /x/", "")]
    public Task CredentialFile_ByName(string instruction, string expected) => CheckAsync(instruction, expected);

    [Theory]
    [InlineData("ENV A=" + GitHubToken, "SecretInInstruction: Do not use secret values in instructions (ENV \"A\" is a GitHub token) (line 2)")]
    [InlineData("ARG A=AKIAIOSFODNN7ABCDEFG", "SecretInInstruction: Do not use secret values in instructions (ARG \"A\" is an AWS access key) (line 2)")]
    [InlineData("LABEL a=xoxb-0123456789-abc", "SecretInInstruction: Do not use secret values in instructions (LABEL has a Slack token) (line 2)")]
    [InlineData("RUN deploy glpat-0123456789abcdefghij", "SecretInInstruction: Do not use secret values in instructions (RUN has a GitLab token) (line 2)")]
    [InlineData("COPY <<KEY /key\n-----BEGIN OPENSSH PRIVATE KEY-----\nKEY", "SecretInInstruction: Do not use secret values in instructions (COPY has a private key) (line 2)")]
    [InlineData("ENV A=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "SecretInInstruction: Do not use secret values in instructions (ENV \"A\" is a JSON web token) (line 2)")]
    [InlineData("ENV A=AKIAIOSFODNN7EXAMPLE", "")]
    [InlineData("ENV A=ghp_short B=npm_config_x C=xoxo", "")]
    [InlineData("LABEL a=\"-----BEGIN PUBLIC KEY-----\"", "")]
    [InlineData("RUN echo eyJhbGciOiJIUzI1NiJ9", "")]
    public Task Value_ByShape(string instruction, string expected) => CheckAsync(instruction, expected);

    [Theory]
    [InlineData("RUN git clone https://bob:hunter22@git.example.com/a", "CredentialsInUrl: Do not use credentials in addresses (RUN, host \"git.example.com\") (line 2)")]
    [InlineData("RUN pip install --index-url https://__token__:s3cr3t@pypi.example.com/simple x", "CredentialsInUrl: Do not use credentials in addresses (RUN, host \"pypi.example.com\") (line 2)")]
    [InlineData("ENV DATABASE_URL=postgres://app:hunter22@db.example.com/app", "CredentialsInUrl: Do not use credentials in addresses (ENV, host \"db.example.com\") (line 2)")]
    [InlineData("RUN git clone https://" + GitHubToken + "@github.com/a/b", "CredentialsInUrl: Do not use credentials in addresses (RUN, host \"github.com\") (line 2)")]
    [InlineData("ARG CI_JOB\nRUN git clone https://ci:${CI_JOB}@git.example.com/a", "CredentialsInUrl: Do not use credentials in addresses (RUN, host \"git.example.com\") (line 3)")]
    [InlineData("RUN --mount=type=secret,id=t,env=CI_JOB git clone https://ci:$CI_JOB@git.example.com/a", "")]
    [InlineData("ARG CI_JOB\nRUN --mount=type=secret,id=t,env=CI_JOB git clone https://ci:$CI_JOB@git.example.com/a", "")]
    [InlineData("RUN git clone https://ci:$(cat /run/secrets/t)@git.example.com/a", "")]
    [InlineData("RUN git clone ssh://git@github.com/a/b", "")]
    [InlineData("RUN git clone https://user@git.example.com/a", "")]
    [InlineData("ENV DATABASE_URL=postgres://app:app@localhost:5432/app", "")]
    [InlineData("ENV URL=https://user:changeme@host.example.com", "")]
    [InlineData("RUN curl https://example.com/a@b:c http://example.com:80/x@y", "")]
    public Task Address_WithCredentials(string instruction, string expected) => CheckAsync(instruction, expected);

    [Theory]
    [InlineData("RUN curl -u bob:hunter22 https://x.example.com", "curl -u")]
    [InlineData("RUN apk add curl && curl -fsS --user 'bob:hunter22' https://x.example.com", "curl --user")]
    [InlineData("RUN curl -ubob:hunter22 https://x.example.com", "curl -u")]
    [InlineData("RUN curl -H 'Authorization: Bearer abcdef' https://x.example.com", "curl -H")]
    [InlineData("RUN wget --user=a --password=hunter22 https://x.example.com", "wget --password")]
    [InlineData("RUN docker login -u bob -p hunter22 registry.example.com", "docker -p")]
    [InlineData("RUN mysql -uroot -phunter22 -e 'select 1'", "mysql -p")]
    [InlineData("RUN sshpass -p hunter22 ssh host", "sshpass -p")]
    [InlineData("RUN PGPASSWORD=hunter22 psql -h db", "PGPASSWORD=")]
    [InlineData("RUN [\"wget\", \"--password\", \"hunter22\", \"https://x.example.com\"]", "wget --password")]
    [InlineData("RUN npm config set //registry.example.com/:_authToken 0a1b2c3d", "npm config")]
    [InlineData("RUN echo '//registry.example.com/:_authToken=0a1b2c3d' > ~/.npmrc", "echo > .npmrc")]
    [InlineData("RUN docker build --build-arg API_TOKEN=hunter22 .", "docker --build-arg")]
    [InlineData("RUN <<EOF\napk add curl\ncurl -u bob:hunter22 https://x.example.com\nEOF", "curl -u")]
    [InlineData("ARG PW\nRUN curl -u bob:$PW https://x.example.com", "curl -u")]
    [InlineData("ENV PW=x\nRUN sshpass -p \"${PW}\" ssh host", "sshpass -p")]
    public Task Password_OnCommandLine(string instruction, string how) =>
        CheckAsync(instruction, $"PasswordOnCommandLine: Do not pass passwords on the command line ({how}) (line {(instruction.StartsWith("RUN", StringComparison.Ordinal) ? 2 : 3)})");

    [Theory]
    [InlineData("RUN --mount=type=secret,id=p,env=PW curl -u bob:$PW https://x.example.com")]
    [InlineData("RUN --mount=type=secret,id=p curl -u \"bob:$(cat /run/secrets/p)\" https://x.example.com")]
    [InlineData("RUN curl -u bob https://x.example.com")]
    [InlineData("RUN curl -uri x -H 'Accept: a/b' https://x.example.com")]
    [InlineData("RUN curl -H \"Authorization: Bearer $(cat /run/secrets/p)\" https://x.example.com")]
    [InlineData("RUN adduser --disabled-password --gecos '' app && mkdir -p /x && cp -p a b && tar -p -x")]
    [InlineData("RUN cat t | docker login -u bob --password-stdin")]
    [InlineData("RUN mysql -p -e 'select 1' && mysql --port=1")]
    [InlineData("RUN jupyter --token '' && tool --password changeme && tool --password=$(cat p)")]
    [InlineData("RUN openssl rsa -passin env:PW -in a -out b")]
    [InlineData("RUN echo 'save-exact=true' > .npmrc && echo //r/:_authToken=\\${NPM} >> .npmrc")]
    [InlineData("RUN echo \"curl -u a:b\" # curl -u bob:hunter22")]
    [InlineData("RUN npm config set registry https://registry.example.com && git config user.name a")]
    public Task Password_NearMiss(string instruction) => CheckAsync(instruction, string.Empty);

    [Theory]
    [InlineData("RUN --mount=type=secret,id=k cp /run/secrets/k /k", "SecretMountTargetCopied: cp copies from or to \"/run/secrets/k\", where a secret is mounted (line 2)")]
    [InlineData("RUN --mount=type=secret,id=k,target=/root/.k install -m 600 ~/.k /k", "SecretMountTargetCopied: install copies from or to \"/root/.k\", where a secret is mounted (line 2)")]
    [InlineData("RUN --mount=type=secret,id=k,dst=/root/k.conf x\nCOPY k.conf /root/", "SecretMountTargetCopied: COPY copies from or to \"/root/k.conf\", where a secret is mounted (line 3)")]
    [InlineData("RUN --mount=type=secret,id=k cat /run/secrets/k | x && cp a b", "")]
    [InlineData("RUN --mount=type=secret,id=k,target=/root/.k x\nCOPY k.conf /root/", "")]
    [InlineData("RUN --mount=type=secret,id=k,target=/a x\nFROM alpine\nCOPY b /a", "")]
    public Task SecretMount_Copied(string instruction, string expected) => CheckAsync(instruction, expected);

    [Theory]
    [InlineData("# check=skip=CredentialFileCopied\nFROM alpine\nCOPY .npmrc /\n")]
    [InlineData("FROM alpine\n# check=skip=CredentialFileCopied\nCOPY .npmrc /\n")]
    [InlineData("# check=skip=all\nFROM alpine\nCOPY .npmrc /\nRUN curl -u a:hunter22 x\n")]
    public async Task Directive_Skips(string dockerfile) => Assert.Empty(await new FrontendScenario(dockerfile).WarningsAsync());

    [Fact]
    public async Task Directive_Error_FailsTheBuild() =>
        Assert.Equal("lint violation found for rules: CredentialFileCopied", (await new FrontendScenario("# check=error=true\nFROM alpine\nCOPY .npmrc /\n").FailAsync()).Message);

    [Fact]
    public async Task BuildArgument_WithToken_IsToldOfWithoutItsValue()
    {
        var warning = Assert.Single(await new FrontendScenario("FROM alpine\nARG CI\n", ("build-arg:CI", GitHubToken)).WarningsAsync());
        Assert.Equal("SecretInInstruction: Do not use secret values in instructions (ARG \"CI\" is given a GitHub token) (line 2)", warning);
    }

    [Fact]
    public async Task Build_ReadsNoFileOfTheContextForChecks()
    {
        var scenario = new FrontendScenario("FROM alpine\nCOPY . /\n") { Host = { Files = { [("context", ".npmrc")] = "_authToken=a1b2" } } };
        Assert.Empty(await scenario.WarningsAsync());
        Assert.DoesNotContain(scenario.Host.Reads, read => read.Contains("includepattern", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".npmrc", "//r/:_authToken=0a1b2c\n", "COPY .npmrc /", "CredentialFileCopied:2: Do not use COPY for credential files (\".npmrc\")")]
    [InlineData(".npmrc", "//r/:_authToken=${NPM_TOKEN}\nsave-exact=true\n", "COPY .npmrc /", "")]
    [InlineData(".env", "PORT=80\nDB_PASSWORD=hunter22\n", "COPY .env /", "CredentialFileCopied:2: Do not use COPY for credential files (\".env\")")]
    [InlineData(".env", "PORT=80\nDB_PASSWORD=\nDB_TOKEN=changeme\n", "COPY .env /", "")]
    [InlineData("app.yaml", "key: " + GitHubToken + "\n", "COPY app.yaml /", "CredentialFileCopied:2: Do not use COPY for credential files (\"app.yaml\" has a GitHub token)")]
    [InlineData("app.yaml", "password: hunter22\n", "COPY app.yaml /", "")]
    [InlineData("gradle.properties", "org.gradle.jvmargs=-Xmx1g\n", "COPY gradle.properties /", "")]
    [InlineData("gradle.properties", "repoPassword=hunter22\n", "COPY gradle.properties /", "CredentialFileCopied:2: Do not use COPY for credential files (\"gradle.properties\" has a password)")]
    [InlineData("settings.xml", "<server><password>hunter22</password></server>", "COPY settings.xml /", "CredentialFileCopied:2: Do not use COPY for credential files (\"settings.xml\" has a password)")]
    [InlineData("config.json", "{\"auths\":{\"r\":{\"auth\":\"Ym9iOnB3\"}}}", "COPY config.json /", "CredentialFileCopied:2: Do not use COPY for credential files (\"config.json\" has a password)")]
    [InlineData("tls.pem", "-----BEGIN CERTIFICATE-----\n", "COPY tls.pem /", "")]
    [InlineData("tls.pem", "-----BEGIN PRIVATE KEY-----\n", "COPY tls.pem /", "CredentialFileCopied:2: Do not use COPY for credential files (\"tls.pem\" has a private key)")]
    [InlineData("sub/.npmrc", "//r/:_authToken=0a1b2c\n", "COPY sub /sub", "CredentialFileInContext:2: COPY \"sub\" takes credential file \"sub/.npmrc\" along")]
    [InlineData("sub/.npmrc", "//r/:_authToken=0a1b2c\n", "COPY --exclude=.npmrc sub /sub", "")]
    [InlineData("sub/.npmrc", "save-exact=true\n", "COPY . /", "")]
    [InlineData(".npmrc", "//r/:_authToken=0a1b2c\n", "COPY src /", "")]
    [InlineData(".git/HEAD", "ref: refs/heads/main\n", "ADD . /", "GitDirectoryInContext:2: ADD \".\" takes \".git\" along: history, and what its config has")]
    [InlineData(".git/HEAD", "ref: refs/heads/main\n", "COPY src /", "")]
    public async Task Lint_LooksIntoFiles(string path, string content, string instruction, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : [expected], await new CheckExample($"FROM alpine\n{instruction}\n", [(path, content)]).CheckAsync());

    private static async Task CheckAsync(string instruction, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : [expected], (await new FrontendScenario($"FROM alpine\n{instruction}\n").WarningsAsync()).Where(warning => !warning.StartsWith("SecretsUsedInArgOrEnv", StringComparison.Ordinal)));
}
