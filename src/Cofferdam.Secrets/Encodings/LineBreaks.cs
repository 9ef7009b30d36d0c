namespace Cofferdam.Secrets.Encodings;

/// <summary>Which line breaks inside an encoded value are passed over when it is searched.</summary>
internal enum LineBreaks
{
    /// <summary>None: every byte must be there.</summary>
    None,

    /// <summary>A line feed, with a carriage return before it and an indentation after it.</summary>
    Newline,

    /// <summary>As <see cref="Newline"/>, or with a backslash before it, or written as the escape <c>\n</c> or <c>\r\n</c>.</summary>
    Encoded,

    /// <summary>The soft line break of quoted-printable: <c>=</c> and a line break.</summary>
    Soft,
}
