namespace Hermes.Architecture.Tests;

/// <summary>What pages show of data is text: there is no way by which it becomes markup.</summary>
public sealed class MarkupTests
{
    private static readonly string[] Ways = ["MarkupString", "AddMarkupContent", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment"];

    [Fact]
    public void The_dashboard_makes_no_markup_of_text()
    {
        var dashboard = Path.Combine(Repository.Root, "src", "Dashboard");
        var found =
            from file in Directory.EnumerateFiles(dashboard, "*.*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".cs" or ".razor" or ".js"
            let name = Path.GetRelativePath(dashboard, file)
            where !name.StartsWith(Path.Combine("wwwroot", "lib"), StringComparison.Ordinal)
            from way in Ways
            where File.ReadAllText(file).Contains(way, StringComparison.Ordinal)
            select $"{name}: {way}";

        Assert.Empty(found);
    }
}
