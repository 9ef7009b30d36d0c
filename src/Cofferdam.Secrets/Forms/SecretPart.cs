using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>One form of a secret: how it is called (without a word of the secret), and where its bytes lie.</summary>
internal readonly record struct SecretPart(string Form, PartRole Role, ArenaSlice Bytes);
