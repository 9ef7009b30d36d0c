using System.Globalization;

namespace Cofferdam.Cli.Terminal;

/// <summary>How long ago something was, in words, as Docker says it.</summary>
internal static class Age
{
    /// <summary>For example <c>3 hours ago</c>; <c>N/A</c> for a time that is not known.</summary>
    public static string Describe(DateTimeOffset? time, DateTimeOffset now)
    {
        if (time is null || time.Value.ToUnixTimeSeconds() <= 0)
        {
            return "N/A";
        }

        var age = now - time.Value;
        return Duration(age) + " ago";
    }

    private static string Duration(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "Less than a second",
        { TotalSeconds: < 2 } => "1 second",
        { TotalSeconds: < 60 } => Count(age.TotalSeconds, "seconds"),
        { TotalMinutes: < 2 } => "About a minute",
        { TotalMinutes: < 46 } => Count(age.TotalMinutes, "minutes"),
        { TotalHours: < 1.5 } => "About an hour",
        { TotalHours: < 48 } => Count(Math.Round(age.TotalHours), "hours"),
        { TotalDays: < 14 } => Count(age.TotalDays, "days"),
        { TotalDays: < 60 } => Count(age.TotalDays / 7, "weeks"),
        { TotalDays: < 730 } => Count(age.TotalDays / 30, "months"),
        _ => Count(age.TotalDays / 365, "years"),
    };

    private static string Count(double value, string unit) => ((long)value).ToString(CultureInfo.InvariantCulture) + " " + unit;
}
