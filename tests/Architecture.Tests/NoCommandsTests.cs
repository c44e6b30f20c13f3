using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>What clients and actors say is said in the browser too, and to services: no command line is named there.</summary>
public sealed partial class NoCommandsTests
{
    [Theory]
    [InlineData("Grains.Interfaces")]
    [InlineData("Blobs")]
    [InlineData("Grains")]
    [InlineData("Client")]
    public void A_room_that_every_program_uses_names_no_command(string room)
    {
        var named =
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", room), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Command().IsMatch(line)
            select line.Trim();

        Assert.Empty(named);
    }

    [GeneratedRegex(@"""[^""]*(\bhermes (add|blobs|dataset|doctor|evaluate|model|run|segment|serve|train)\b|--[a-z])")]
    private static partial Regex Command();
}
