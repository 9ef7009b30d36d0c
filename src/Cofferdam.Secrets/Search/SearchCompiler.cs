using Cofferdam.Secrets.Encodings;
using Cofferdam.Secrets.Forms;
using Cofferdam.Secrets.Policy;

namespace Cofferdam.Secrets.Search;

/// <summary>From values to patterns, and to the plan that says what is searched.</summary>
internal static class SearchCompiler
{
    internal static (PatternTable Table, SearchPlan Plan) Compile(IReadOnlyCollection<SearchedSecret> secrets)
    {
        using var builder = new PatternTableBuilder();
        using var variants = new EncodedVariants(builder.Add);
        var plans = new List<SecretPlan>();
        foreach (var (id, value) in secrets)
        {
            using var parts = SecretForms.Read(value.Bytes);
            plans.Add(new SecretPlan(id, AddSecret(id, parts, builder, variants)));
        }

        var plan = new SearchPlan(plans, builder.Count);
        return (builder.Build(), plan);
    }

    private static List<PartPlan> AddSecret(string id, PartList parts, PatternTableBuilder builder, EncodedVariants variants)
    {
        var plans = new List<PartPlan>();
        var isPublic = parts.Parts.Any(part => part.Role == PartRole.Public) && parts.Parts.All(part => part.Role is PartRole.Public or PartRole.Whole or PartRole.Candidate);
        foreach (var part in parts.Parts)
        {
            var value = parts[part];
            var reason = part.Role == PartRole.Whole && isPublic ? "public" : SearchPolicy.Refuse(part.Role, value);
            if (reason is null)
            {
                reason = AddPart(id, part, parts, builder, variants);
            }

            plans.Add(new PartPlan(part.Form, reason));
        }

        if (parts.IsCut)
        {
            plans.Add(new PartPlan($"parts after the first {PartList.MostParts}", "too many"));
        }

        return plans;
    }

    private static string? AddPart(string id, SecretPart part, PartList parts, PatternTableBuilder builder, EncodedVariants variants)
    {
        var value = parts[part];
        if (value.Length <= LongValue.MostBytes)
        {
            AddValue(id, part.Form, value, builder, variants);
            return null;
        }

        var runs = LongValue.Runs(value, parts, part.Role == PartRole.Whole);
        foreach (var start in runs)
        {
            AddValue(id, $"{part.Form} (a run of {LongValue.RunBytes} bytes)", value.Slice(start, LongValue.RunBytes), builder, variants);
        }

        return runs.Count == 0 ? "long, and nothing in it is its own but what is searched alone" : null;
    }

    private static void AddValue(string id, string form, ReadOnlySpan<byte> value, PatternTableBuilder builder, EncodedVariants variants)
    {
        foreach (var encoding in SecretEncodings.All)
        {
            builder.Begin(id, form, encoding.Name);
            encoding.Encode(value, variants);
        }
    }
}
