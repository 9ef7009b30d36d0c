using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Cofferdam.UnitTests.Storage.Layers;
using Google.Protobuf;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Operations;

public sealed class FileOperationTests : IDisposable
{
    private readonly DirectorySnapshotter _snapshotter = new();
    private readonly LayerUses _uses = new();
    private readonly FileServices _services;

    public FileOperationTests() => _services = new FileServices(_snapshotter, _uses, new UnpackedLayers(), new ContentHash(_snapshotter));

    // Source: a.txt, b.md, dir/one, dir/sub/two, link -> dir, star*. Base: there/old, file.
    [Theory]
    [InlineData("a.txt", "/new.txt", "new.txt")]
    [InlineData("a.txt", "/new/", "new/a.txt")]
    [InlineData("a.txt", "/there", "there/a.txt")]
    [InlineData("a.txt", "/deep/er/x", "deep/er/x")]
    [InlineData("a.txt", "/file", "file")]
    [InlineData("dir", "/there", "there/one there/sub/two")]
    [InlineData("dir", "/new", "new/one new/sub/two")]
    [InlineData("/dir/", "/new/", "new/one new/sub/two")]
    [InlineData("link", "/new", "new/one new/sub/two")]
    [InlineData("link/sub", "/", "two")]
    [InlineData("*.txt", "/new/", "new/a.txt")]
    [InlineData("*.none", "/new/", "")]
    [InlineData("d*/s*", "/new/", "new/two")]
    [InlineData("../../a.txt", "/../x", "x")]
    [InlineData(".", "/new", "new/a.txt new/b.md new/dir/one new/dir/sub/two new/link")]
    public async Task Copy_SourcesAndTargets_AsBuildKit(string source, string target, string expected)
    {
        var result = await RunAsync(Copy(source, target));
        Assert.Equal(expected, string.Join(' ', Written(result).Where(path => !result.Stat(path).IsDirectory)));
    }

    [Theory]
    [InlineData(0x1e8, "", 0x1e8u)] // 0750, octal: the directory made for the copy has it, too
    [InlineData(-1, "u=rwX,go=", 0x1edu)]
    [InlineData(-1, "", 0x1edu)]
    public async Task Copy_DirectoryToNewName_MakesItWithTheOctalModeOnly(int mode, string text, uint expected)
    {
        var result = await RunAsync(Copy("dir", "/new", copy => (copy.Mode, copy.ModeStr) = (mode, text)));
        Assert.Equal(expected, result.Stat("new").Mode);
    }

    [Fact]
    public async Task Copy_DirectoryNotItsContent_KeepsItsName()
    {
        var result = await RunAsync(Copy("dir", "/there", copy => copy.DirCopyContents = false));
        Assert.Equal(["there/dir/one", "there/dir/sub/two"], Written(result).Where(path => !result.Stat(path).IsDirectory));
    }

    [Theory]
    [InlineData("one", "", "dir/one")]
    [InlineData("", "one", "dir/sub/two")]
    [InlineData("**/two", "", "dir/sub dir/sub/two")]
    [InlineData("sub", "", "dir/sub dir/sub/two")]
    [InlineData("", "**\n!sub/two", "dir/sub dir/sub/two")]
    public async Task Copy_Patterns_Filter(string include, string exclude, string expected)
    {
        var result = await RunAsync(Copy("dir", "/dir", copy =>
        {
            copy.IncludePatterns.AddRange(include.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            copy.ExcludePatterns.AddRange(exclude.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }));
        var paths = Written(result).Where(path => path != "dir" && (expected.Contains("sub ", StringComparison.Ordinal) || !result.Stat(path).IsDirectory));
        Assert.Equal(expected, string.Join(' ', paths));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("dir/missing")]
    [InlineData("a.txt/x")]
    public async Task Copy_SourceMissing_SaysSoAsBuildKit(string source)
    {
        var error = await Assert.ThrowsAsync<NotFoundException>(() => RunAsync(Copy(source, "/x")));
        Assert.Contains($"\"/{source}\": not found", error.Message);
        var key = await Operation(Copy(source, "/x")).GetKeyAsync(Context(), default);
        error = await Assert.ThrowsAsync<NotFoundException>(async () => await key.Inputs[1].ContentKey!(Result(Source()), default));
        Assert.Matches("^failed to compute cache key: failed to calculate checksum of ref [^ ]+: \"/" + source + "\": not found$", error.Message);
    }

    [Fact]
    public async Task Copy_RequiredPathMissing_IsAnError() =>
        await Assert.ThrowsAsync<NotFoundException>(() => RunAsync(Copy("dir", "/x", copy => copy.RequiredPaths.Add("none"))));

    [Fact]
    public async Task Copy_FileOverDirectory_ReplacesOnRequest()
    {
        var result = await RunAsync(Copy("over", "/", copy => copy.AlwaysReplaceExistingDestPaths = true));
        Assert.True(result.Stat("there").IsRegular);
    }

    [Fact]
    public async Task Copy_FileOverDirectory_IsRefused()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => RunAsync(Copy("over", "/")));
        Assert.Contains("cannot replace to directory", error.Message);
    }

    [Fact]
    public async Task Copy_ModesTimesAndOwners_AreSetOrKept()
    {
        var kept = await RunAsync(Copy("dir", "/new"));
        Assert.Equal((0x1edu, 1_000_000L), (kept.Stat("new/one").Mode, kept.Stat("new/one").Modified.Seconds));
        Assert.Equal(2_000_000L, kept.Stat("new/sub").Modified.Seconds);
        var set = await RunAsync(Copy("dir", "/new", copy => (copy.ModeStr, copy.Timestamp) = ("u=rwX,go=r", 5_000_000_001)));
        Assert.Equal((0x1e4u, new FileTime(5, 1)), (set.Stat("new/one").Mode, set.Stat("new/one").Modified));
    }

    [Fact]
    public async Task Copy_OfAFileAsItIs_IsAnotherNameForIt() =>
        Assert.Equal(2u, (await RunAsync(Copy("a.txt", "/new"))).Stat("new").Links);

    [Theory]
    [InlineData("0600", -1L)]
    [InlineData("", 5_000_000_001L)]
    public async Task Copy_WithAnotherModeOrTime_LeavesTheSourceAlone(string mode, long time) =>
        Assert.Equal(1u, (await RunAsync(Copy("a.txt", "/new", copy => (copy.ModeStr, copy.Timestamp) = (mode, time)))).Stat("new").Links);

    [Fact]
    public async Task Copy_OfAFileTwice_MakesTwoFilesAndNoHardLink()
    {
        var first = Copy("a.txt", "/x");
        first.Output = -1;
        var second = Copy("a.txt", "/y");
        second.Input = 2;

        var result = await RunAsync(first, second);

        Assert.NotEqual(result.Stat("x").Inode, result.Stat("y").Inode);
    }

    [Fact]
    public async Task Copy_IntoSymlinkedDirectoryOfBase_GoesBehindIt()
    {
        var result = await RunAsync(Copy("a.txt", "/alias/"));
        Assert.Equal(["there", "there/a.txt"], Written(result));
        Assert.Equal(3_000_000L, result.Stat("there").Modified.Seconds);
    }

    [Fact]
    public async Task Copy_Archive_IsUnpackedOnRequest()
    {
        var result = await RunAsync(Copy("archive.tar", "/there/", copy => copy.AttemptUnpackDockerCompatibility = true));
        Assert.Contains("there/inside", Written(result));
        Assert.DoesNotContain("there/archive.tar", Written(result));
    }

    [Fact]
    public async Task Actions_Chained_WorkInOneLayer()
    {
        var result = await RunAsync(
            new FileAction { Input = 0, SecondaryInput = -1, Output = -1, Mkdir = new FileActionMkDir { Path = "/a/b", Mode = 0x1c0, MakeParents = true, Timestamp = 7_000_000_000 } },
            new FileAction { Input = 2, SecondaryInput = -1, Output = -1, Mkfile = new FileActionMkFile { Path = "/a/b/f", Mode = 0x180, Data = ByteString.CopyFromUtf8("data"), Timestamp = -1 } },
            new FileAction { Input = 3, SecondaryInput = -1, Output = -1, Symlink = new FileActionSymlink { Oldpath = "b/f", Newpath = "/a/l", Timestamp = -1 } },
            new FileAction { Input = 4, SecondaryInput = -1, Output = 0, Rm = new FileActionRm { Path = "/the*", AllowWildcard = true } });
        Assert.Equal(["a", "a/b", "a/b/f", "a/l", "there"], Written(result));
        Assert.Equal((0x1c0u, 7L), (result.Stat("a").Mode, result.Stat("a").Modified.Seconds));
        Assert.True(result.Stat("there").IsWhiteout);
    }

    [Fact]
    public async Task Remove_Missing_IsAnErrorUnlessAllowed()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => RunAsync(Remove("/none", allow: false)));
        Assert.Empty(Written(await RunAsync(Remove("/none", allow: true))));
    }

    [Fact]
    public async Task MakeFile_ParentMissing_IsAnError() => await Assert.ThrowsAsync<LinuxException>(() => RunAsync(
        new FileAction { Input = 0, SecondaryInput = -1, Output = 0, Mkfile = new FileActionMkFile { Path = "/none/f", Mode = 0x1a4, Timestamp = -1 } }));

    [Fact]
    public async Task ContentKey_OnlyWhatIsReadCounts()
    {
        var (txt, md, all) = ("*.txt", "b.md", ".");
        var before = Source();
        var after = Source(path => System.IO.File.WriteAllText(path + "/b.md", "changed"));
        Assert.Equal(await KeyAsync(txt, before), await KeyAsync(txt, after));
        Assert.NotEqual(await KeyAsync(md, before), await KeyAsync(md, after));
        Assert.NotEqual(await KeyAsync(all, before), await KeyAsync(all, after));
    }

    [Fact]
    public async Task ContentKey_TimesDoNotCount_ModesDo()
    {
        var touched = Source(path => System.IO.File.SetLastWriteTimeUtc(path + "/a.txt", DateTime.UnixEpoch));
        var executable = Source(path => System.IO.File.SetUnixFileMode(path + "/a.txt", (UnixFileMode)0x1ff));
        Assert.Equal(await KeyAsync(".", Source()), await KeyAsync(".", touched));
        Assert.NotEqual(await KeyAsync(".", Source()), await KeyAsync(".", executable));
    }

    [Fact]
    public async Task ContentKey_Renamed_DiffersOnlyBeneathTheSource()
    {
        var renamed = Source(path => System.IO.Directory.Move(path + "/dir/sub", path + "/dir/bus"));
        Assert.NotEqual(await KeyAsync("dir", Source()), await KeyAsync("dir", renamed));
        Assert.Equal(await KeyAsync("dir/sub", Source()), await KeyAsync("dir/bus", renamed));
        Assert.Equal(await KeyAsync("link/sub", Source()), await KeyAsync("dir/sub", Source()));
    }

    [Fact]
    public async Task Key_SourceDirectory_DoesNotCountItsNameDoes()
    {
        async Task<Digest> KeyOf(string source) => (await Operation(Copy(source, "/x")).GetKeyAsync(Context(), default)).Digests[0];
        Assert.Equal(await KeyOf("a/x"), await KeyOf("b/x"));
        Assert.NotEqual(await KeyOf("a/x"), await KeyOf("a/y"));
    }

    [Theory]
    [InlineData("u=rwX,go=rX", 0x180, false, 0x1a4)]
    [InlineData("u=rwX,go=rX", 0x1c0, false, 0x1ed)]
    [InlineData("u=rwX,go=rX", 0x180, true, 0x1ed)]
    [InlineData("a-w", 0x1b6, false, 0x124)]
    [InlineData("+x", 0x1a4, false, 0x1ed)]
    [InlineData("u+s,g=u", 0x1c0, false, 0x9f8)]
    [InlineData("4755", 0, false, 0x9ed)]
    public void ModeChange_Symbols_AsChmod(string text, int mode, bool isDirectory, int expected) =>
        Assert.Equal((uint)expected, ModeChange.Parse(text).Apply((uint)mode, isDirectory));

    public void Dispose() => _snapshotter.Dispose();

    private static FileAction Copy(string source, string target, Action<FileActionCopy>? change = null)
    {
        var copy = new FileActionCopy
        {
            Src = source, Dest = target, Mode = -1, Timestamp = -1, FollowSymlink = true, DirCopyContents = true, CreateDestPath = true, AllowWildcard = true, AllowEmptyWildcard = true,
        };
        change?.Invoke(copy);
        return new FileAction { Input = 0, SecondaryInput = 1, Output = 0, Copy = copy };
    }

    private static FileAction Remove(string path, bool allow) =>
        new() { Input = 0, SecondaryInput = -1, Output = 0, Rm = new FileActionRm { Path = path, AllowNotFound = allow } };

    private FileOperation Operation(params FileAction[] actions)
    {
        var operation = new FileOp();
        operation.Actions.AddRange(actions);
        return new FileOperation(operation, 2, _services);
    }

    private LayerId Base() => _snapshotter.Add(path =>
    {
        Directory.CreateDirectory(path + "/there");
        System.IO.File.WriteAllText(path + "/there/old", "old");
        System.IO.File.WriteAllText(path + "/file", "file");
        System.IO.File.CreateSymbolicLink(path + "/alias", "/there");
        Directory.SetLastWriteTimeUtc(path + "/there", DateTime.UnixEpoch.AddSeconds(3_000_000));
    });

    private LayerId Source(Action<string>? change = null) => _snapshotter.Add(path =>
    {
        Directory.CreateDirectory(path + "/dir/sub");
        System.IO.File.WriteAllText(path + "/a.txt", "a");
        System.IO.File.WriteAllText(path + "/b.md", "b");
        System.IO.File.WriteAllText(path + "/dir/one", "1");
        System.IO.File.WriteAllText(path + "/dir/sub/two", "2");
        System.IO.File.CreateSymbolicLink(path + "/link", "dir");
        System.IO.File.SetUnixFileMode(path + "/dir/one", (UnixFileMode)0x1ed);
        System.IO.File.SetLastWriteTimeUtc(path + "/dir/one", DateTime.UnixEpoch.AddSeconds(1_000_000));
        Directory.SetLastWriteTimeUtc(path + "/dir/sub", DateTime.UnixEpoch.AddSeconds(2_000_000));
        change?.Invoke(path);
    });

    private SnapshotResult Result(LayerId layer) => new(Snapshot.Scratch.Append(layer), _uses);

    private async Task<Digest> KeyAsync(string source, LayerId layer)
    {
        var key = await Operation(Copy(source, "/x")).GetKeyAsync(Context(), default);
        Assert.Null(key.Inputs[0].ContentKey);
        return await key.Inputs[1].ContentKey!(Result(layer), default);
    }

    private async Task<RootedDirectory> RunAsync(params FileAction[] actions)
    {
        var source = Source(path =>
        {
            if (actions[0].Copy?.Src == "over")
            {
                Directory.CreateDirectory(path + "/over");
                System.IO.File.WriteAllText(path + "/over/there", "over");
            }

            if (actions[0].Copy?.Src == "archive.tar")
            {
                using var tar = new System.Formats.Tar.TarWriter(System.IO.File.Create(path + "/archive.tar"));
                tar.WriteEntry(path + "/a.txt", "inside");
            }
        });
        var results = await Operation(actions).RunAsync(Context(), [Result(Base()), Result(source)], default);
        return RootedDirectory.Open(_snapshotter.GetLayerDirectory(((SnapshotResult)results[0]).Snapshot.Layers[^1]));
    }

    private static List<string> Written(RootedDirectory root)
    {
        using var walker = new DirectoryWalker(root);
        var found = new List<string>();
        while (walker.MoveNext())
        {
            found.Add(walker.Path);
        }

        return found;
    }

    private static OperationContext Context() => new(Digest.Of("vertex"), new NoProgress(), [], false);

    private sealed class UnpackedLayers : ILayerProvider
    {
        public ValueTask EnsureAsync(Snapshot snapshot, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public long LossCount => 0;

        public ValueTask EnsureBlobAsync(Snapshot snapshot, Digest blob, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<bool> CanProvideAsync(Snapshot snapshot, CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }

    private sealed class NoProgress : IVertexProgress
    {
        public void Log(int stream, ReadOnlySpan<byte> data)
        {
        }

        public void Status(string id, string name, long current, long total, bool isCompleted)
        {
        }

        public void Warn(BuildWarning warning)
        {
        }
    }
}
