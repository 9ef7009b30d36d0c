namespace Cofferdam.Secrets.Encodings;

/// <summary>The stated list: absence is claimed for these, and for nothing else.</summary>
internal static class SecretEncodings
{
    internal static IReadOnlyList<SecretEncoding> All { get; } =
    [
        new PlainEncoding(), new RewrappedEncoding(), new Base64Encoding(), new Base64UrlEncoding(), new TwiceBase64Encoding(), new WideBase64Encoding(), new PercentBase64Encoding(),
        new HexLowerEncoding(), new HexUpperEncoding(), new PercentReservedEncoding(), new PercentAllEncoding(), new FormEncoding(), new JsonEncoding(), new XmlEncoding(),
        new ShellQuotedEncoding(), new ShellBackslashEncoding(), new YamlEncoding(), new CEscapeEncoding(), new CHexEncoding(), new Utf16LittleEncoding(),
        new Utf16BigEncoding(), new QuotedPrintableEncoding(), new ReversedEncoding(),
    ];
}
