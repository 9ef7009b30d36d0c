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
        ["copies of all kinds"] = """
            FROM BASE AS src
            RUN mkdir -p /s/d1 /s/d2 && echo 1 > /s/d1/f && ln /s/d1/f /s/d2/h && mkfifo /s/p && mknod /s/n c 1 3 && ln -s d1/f /s/l && ln -s /etc /s/abs
            RUN mkdir -m 700 /s/private && chmod 2770 /s/d2 && chown -R 3:4 /s/d2
            FROM BASE
            RUN mkdir -p /t/d1 /real && chmod 711 /t /t/d1 && chown 6:6 /t && ln -s /real /link && echo old > /t/d1/f
            COPY --from=src /s /t
            COPY --from=src /s/d1 /link/
            COPY --from=src /s/d1/f /link/sub/name
            COPY --from=src /s/l /ll
            COPY --from=src /s/abs /absd/
            COPY --from=src /s/d1/../d2 /d2
            COPY --from=src --chown=9:9 /s /own
            COPY --from=src --chmod=750 /s/d1 /mode
            COPY --from=src /s/* /star/
            COPY --link --from=src /s /linked
            COPY --link --chown=4 --from=src /s/d1/f /linked2/f
            COPY dir/ /context
            COPY fi* 1?txt [b]file /globs/
            COPY ./dir/../file /norm
            COPY ["1.txt", "sp ace", "/quoted/"]
            COPY *.tmp /ignored/
            """,
        ["replaced kinds"] = """
            FROM BASE
            RUN mkdir -p /a/b /swapd && echo x > /a/b/f && echo y > /file && echo 1 > /swap && touch /swapd/x && ln -s /a /sl
            RUN rm /swap && mkdir /swap && touch /swap/in
            RUN rm -r /swapd && echo now-a-file > /swapd
            RUN rm /sl && mkdir /sl && touch /sl/y
            RUN rm -r /a && ln -s /etc /a
            RUN ln /file /file2 && ln /file /file3
            RUN rm /file && chmod 600 /file2
            RUN chmod 1777 /tmp && mkdir /owned && chown 70000:80000 /owned && mkdir -m 2755 /sg
            RUN mkdir -p /del/x/y/z && touch /del/x/y/z/f
            RUN rm -rf /del/x && mkdir -p /del/x/y && touch /del/x/y/new
            RUN rm -rf /del && mkdir /del
            RUN n=$(printf 'n%.0s' $(seq 120)); mkdir -p /$n/$n && echo deep > /$n/$n/f && ln -s /$n/$n/f /longlink
            RUN dd if=/dev/zero of=/sparse bs=1 count=1 seek=1000000 2>/dev/null
            """,
        ["environment"] = """
            FROM BASE
            ENV a b c d
            ENV E2='single $X' E3=\$esc E4=${E2#sin} E5=${PATH//:/,}
            LABEL com.y=2
            LABEL com.y=3
            EXPOSE ${P:-90}
            EXPOSE 90/TCP
            WORKDIR $a
            WORKDIR ../up
            WORKDIR /abs/
            COPY file here
            RUN pwd > where
            ENTRYPOINT ["x"]
            CMD ["y"]
            ENTRYPOINT []
            STOPSIGNAL 9
            USER ${U:-root}
            RUN --network=none true
            HEALTHCHECK CMD ["a","b"]
            ARG Z=1
            ARG Z
            ARG A1=1 A2
            RUN : $Z
            """,
        ["links"] = """
            FROM BASE
            RUN mkdir /real && ln -s real /rel && ln -s /real /abs && ln -s nowhere /dangling
            WORKDIR /rel
            COPY file .
            COPY file /abs/g
            RUN echo r > r
            WORKDIR /abs/new
            COPY file /rel/sub/
            ADD file /dangling/f
            RUN rm /rel/file
            """,
        ["documents"] = """
            FROM BASE
            ARG N=name
            COPY --chmod=700 <<-"EOT" /s.sh
            	#!/bin/sh
            	echo $N
            	EOT
            COPY <<$N.txt /dst/
            x
            $N.txt
            RUN <<EOF
            #!/bin/sh
            echo shebang > /shebang
            EOF
            RUN cat <<A <<B > /ab
            a $N
            A
            b
            B
            RUN <<A sh && <<B sh
            echo 1 > /1
            A
            echo 2 > /2
            B
            RUN /s.sh > /out
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
        foreach (var name in (string[])["file", "bfile", "sp ace", "ignored.tmp", "kept.tmp", "1.txt", "2.txt", "dir/a", "dir/b", "dir/sub/s"])
        {
            File.WriteAllText(Path.Combine(directory, name), name);
            File.SetUnixFileMode(Path.Combine(directory, name), (UnixFileMode)Convert.ToInt32("644", 8));
        }

        File.WriteAllText(Path.Combine(directory, ".dockerignore"), "# comment\n*.tmp\n!kept.tmp\n");
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
