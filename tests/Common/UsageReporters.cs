using System.Text.RegularExpressions;

namespace Hermes.Tests;

/// <summary>Finds services that tell somebody how a program is used.</summary>
internal static partial class UsageReporters
{
    /// <summary>Those of <paramref name="services"/> whose name says so.</summary>
    public static IEnumerable<string> Among(IEnumerable<Type> services) =>
        services.Select(s => s.FullName ?? s.Name).Where(name => Word().IsMatch(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    [GeneratedRegex("Usage(Track|Telemetry|Report)|Telemetry(Client|Channel|Report)|Analytics|PhoneHome|ApplicationInsights")]
    private static partial Regex Word();
}
