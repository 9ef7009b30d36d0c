using System.IO.Compression;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Builds that are to give the same image with Docker Engine and with us. BASE stands for the base image.</summary>
internal static class ComparedContexts
{
    public static IReadOnlyDictionary<string, string> Dockerfiles { get; } = new Dictionary<string, string>
    {
        ["minimal"] = """
            FROM scratch
            COPY file /
            """,
        ["config"] = """
            FROM BASE
            ARG VERSION=1.2
            ENV A=1 B="two words" C=$VERSION
            ENV PATH=/opt/bin:$PATH
            LABEL a=b "c d"="e f" version=$VERSION
            LABEL maintainer=x
            EXPOSE 80 443/tcp 53/udp 8000-8002
            VOLUME /data /logs
            VOLUME ["/json path"]
            WORKDIR /w
            WORKDIR sub
            STOPSIGNAL SIGQUIT
            SHELL ["/bin/sh", "-ec"]
            HEALTHCHECK --interval=5s --timeout=3s --start-period=1m --start-interval=2s --retries=4 CMD wget -q localhost || exit 1
            ENTRYPOINT ["/bin/entry", "arg"]
            CMD run it now
            ONBUILD RUN echo child
            MAINTAINER someone <s@e>
            USER 1000:1000
            """,
        ["shell forms"] = """
            FROM BASE
            RUN ["/bin/sh", "-c", "echo exec > /exec"]
            RUN echo one && \
                # a comment inside
                echo two > /two
            RUN <<EOT
            echo three > /three
            mkdir -p /d/e
            EOT
            RUN <<'EOT' cat > /four
            raw $HOME
            EOT
            COPY <<EOT <<EOU /heredoc/
            content $PATH
            EOT
            second
            EOU
            HEALTHCHECK NONE
            ENTRYPOINT echo shell form
            """,
        ["copies"] = """
            FROM BASE
            WORKDIR /dst
            COPY dir .
            COPY dir/a dir/b two/
            COPY --chown=1:2 dir/a owned
            COPY --chmod=0640 dir/a moded
            COPY --chown=root:root dir /rooted
            COPY link /link-followed
            COPY dir/l /inside
            COPY *.txt /globbed/
            ADD arch.tar.gz /added/
            ADD --chown=5 dir/a /new/deep/path/
            COPY --link dir/a /linked/a
            COPY --chmod=u=rwX,go=rX dir /symbolic
            """,
        ["changes"] = """
            FROM BASE
            RUN mkdir -p /t/one /t/two && echo 1 > /t/one/f && echo 2 > /t/two/f && ln /t/one/f /t/one/h && ln -s nowhere /t/s
            RUN rm /t/one/f
            RUN rm -r /t/two && mkdir /t/two && echo new > /t/two/g
            RUN rm -rf /t/two /t/s
            RUN chmod 700 /t && chown 3:4 /t/one/h
            RUN mknod /t/null c 1 3 && mkfifo /t/fifo && echo x > "/t/sp ace" && printf y > /t/üni
            RUN touch /t/one && true
            RUN echo append >> /etc/passwd
            RUN mv /usr/bin /usr/bin2
            RUN true
            """,
        ["stages"] = """
            ARG BASE=BASE
            FROM $BASE AS one
            ARG X=default
            ENV FROM_ONE=$X
            RUN echo $X > /one && mkdir -p /tree/in && echo t > /tree/in/f && chown -R 9:9 /tree
            FROM $BASE AS unused
            RUN false
            FROM one AS two
            LABEL two=2
            RUN echo two > /two
            FROM scratch
            COPY --from=two /one /two /
            COPY --from=one /tree /tree
            COPY --from=one --chown=1:1 /tree/in/f /owned
            ENTRYPOINT ["/bin/busybox"]
            CMD ["true"]
            """,
        ["mounts"] = """
            FROM BASE
            RUN --mount=type=cache,target=/cache echo c > /cache/c && echo done > /done
            RUN --mount=type=bind,target=/src cat /src/1.txt > /copied
            RUN --mount=type=tmpfs,target=/new echo t > /new/t
            RUN --mount=type=secret,id=none,target=/etc/secretfile echo s > /s
            RUN --mount=type=bind,from=BASE,source=/bin,target=/deep/er/mount ls /deep/er/mount > /list
            RUN --mount=type=cache,target=/root/.cache,id=k,sharing=locked,mode=0700 true
            """,
        ["users"] = """
            FROM BASE
            RUN echo "app:x:100:101:App:/home/app:/bin/sh" >> /etc/passwd && printf 'app:x:101:\nmore:x:7:app\n' >> /etc/group && mkdir -p /home/app && chown app:app /home/app
            COPY --chown=app 1.txt /home/app/
            COPY --chown=app:root 1.txt /home/app/r
            COPY --chown=100:5 1.txt /home/app/n
            RUN id > /root/id
            USER app
            WORKDIR /home/app/made
            RUN id > id; umask > mask; pwd > where; env | grep -v HOSTNAME | sort > /home/app/env
            COPY 1.txt here
            USER app:root
            RUN id > id2
            USER 200
            RUN id > /tmp/id3 || id
            """,
        ["triggers"] = """
            FROM BASE
            ENV K=v
            ONBUILD COPY 1.txt /onbuilt
            ONBUILD RUN echo trigger > /triggered
            CMD ["base"]
            """,
        ["arguments"] = """
            FROM BASE
            ARG A
            ARG B=b
            ARG C="with space"
            RUN echo $A $B $C > /args
            ENV D=${B:+set} E=${UNSET:-fallback} F='$quoted' G="q\"uote"
            LABEL multi="line \
            two" x=$A
            RUN echo $D > /d
            COPY ${B}file /
            ARG HTTP_PROXY
            RUN echo again
            CMD ["a", "b\"c", "d&<e>"]
            """,
        ["system files"] = """
            FROM BASE
            RUN mkdir -p /run/x; echo nameserver > /etc/resolv.conf; echo h > /etc/hosts; true
            RUN touch /run/thing && date > /dev/null
            """,
    };

    /// <summary>Writes the files that the Dockerfiles copy.</summary>
    public static void Fill(string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, "dir/sub"));
        foreach (var name in (string[])["file", "bfile", "1.txt", "2.txt", "dir/a", "dir/b", "dir/sub/s"])
        {
            File.WriteAllText(Path.Combine(directory, name), name);
            File.SetUnixFileMode(Path.Combine(directory, name), (UnixFileMode)Convert.ToInt32("644", 8));
        }

        File.SetUnixFileMode(Path.Combine(directory, "dir/b"), (UnixFileMode)Convert.ToInt32("4755", 8));
        File.SetUnixFileMode(Path.Combine(directory, "dir/sub"), (UnixFileMode)Convert.ToInt32("700", 8));
        File.CreateSymbolicLink(Path.Combine(directory, "dir/l"), "a");
        File.CreateSymbolicLink(Path.Combine(directory, "dir/ld"), "sub");
        File.CreateSymbolicLink(Path.Combine(directory, "link"), "dir/a");
        using var gzip = new GZipStream(File.Create(Path.Combine(directory, "arch.tar.gz")), CompressionLevel.Fastest);
        using var tar = new System.Formats.Tar.TarWriter(gzip);
        tar.WriteEntry(new System.Formats.Tar.GnuTarEntry(System.Formats.Tar.TarEntryType.Directory, "x/") { Uid = 7, Gid = 8, Mode = (UnixFileMode)Convert.ToInt32("750", 8) });
        tar.WriteEntry(new System.Formats.Tar.GnuTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "x/y") { Uid = 7, Gid = 8, DataStream = new MemoryStream("y"u8.ToArray()) });
        tar.WriteEntry(new System.Formats.Tar.GnuTarEntry(System.Formats.Tar.TarEntryType.HardLink, "x/z") { Uid = 7, Gid = 8, LinkName = "x/y" });
    }
}
