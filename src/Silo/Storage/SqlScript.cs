using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Hermes.Silo.Storage;

/// <summary>One of the scripts in deploy/sql; each may be run again, and they are run in the order of their names.</summary>
/// <param name="Name">What it is about, such as <c>grain-storage</c>.</param>
/// <param name="Text">The statements.</param>
internal sealed partial record SqlScript(string Name, string Text)
{
    /// <summary>What its first line says; 0 for one that is run at every start and needs no version.</summary>
    public int Version => FirstLine().Match(Text) is { Success: true } said ? int.Parse(said.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>The scripts for a kind of database.</summary>
    /// <param name="kind"><c>sqlite</c> or <c>postgresql</c>.</param>
    public static IReadOnlyList<SqlScript> Of(string kind)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var folder = $"sql/{kind}/";
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

        SqlScript Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return new SqlScript(Path.GetFileNameWithoutExtension(resource).Split('-', 2)[1], reader.ReadToEnd());
        }
    }

    [GeneratedRegex("^-- Version ([0-9]+)\\.")]
    private static partial Regex FirstLine();
}
