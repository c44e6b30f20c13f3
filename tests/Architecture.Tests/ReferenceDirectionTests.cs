using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hermes.Architecture.Tests;

/// <summary>References between the rooms run one way, as drawn in ARCHITECTURE.md.</summary>
public sealed partial class ReferenceDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Imaging"] = [],
        ["Model"] = ["Imaging"],
        ["Grains.Interfaces"] = [],
        ["Blobs"] = ["Grains.Interfaces"],
        ["Hosting"] = ["Grains.Interfaces"],
        ["Worker"] = ["Imaging", "Model", "Grains.Interfaces", "Blobs", "Hosting"],
        ["Grains"] = ["Grains.Interfaces", "Blobs", "Imaging"],
        ["Silo"] = ["Grains", "Grains.Interfaces", "Blobs", "Hosting"],
        ["Client"] = ["Grains.Interfaces", "Imaging"],
        ["Dashboard"] = ["Client", "Grains.Interfaces", "Hosting"],
        ["Cli"] = ["Client", "Grains.Interfaces", "Hosting"],
    };

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_the_rooms_it_may(string room)
    {
        // What runs inside the compiler is no part of the room.
        var references = Project(room).Descendants("ProjectReference").Where(r => r.Attribute("OutputItemType")?.Value != "Analyzer")
            .Select(r => Path.GetFileName(Path.GetDirectoryName(r.Attribute("Include")!.Value.Replace('\\', '/'))!));

        Assert.Empty(references.Except(Allowed[room]));
    }

    [Fact]
    public void Every_room_is_known_here()
    {
        var rooms = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!).Order();

        Assert.Equal(Allowed.Keys.Order(), rooms);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Only_the_model_references_libtorch(string room)
    {
        var packages = Project(room).Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value);
        var torch = packages.Any(p => p.Contains("torch", StringComparison.OrdinalIgnoreCase));

        Assert.Equal(room == "Model", torch);
    }

    /// <summary>Rule 2: what a configuration, a package's description, a Dice or the name of a structure is, they may know; a volume they never open.</summary>
    [Theory]
    [InlineData("Grains")]
    [InlineData("Silo")]
    [InlineData("Client")]
    [InlineData("Cli")]
    [InlineData("Dashboard")]
    public void Of_imaging_only_workers_and_the_model_use_volumes(string room)
    {
        var used =
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", room), "*.*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".cs" or ".razor"
            from line in File.ReadLines(file)
            from match in ImagingFolder().Matches(line)
            select match.Groups[1].Value;

        Assert.Empty(used.Distinct().Except(["Configuration", "Evaluation", "Packages", "Prompts", "Structures"]));
    }

    [Fact]
    public void The_contract_references_only_the_orleans_sdk()
    {
        var packages = Project("Grains.Interfaces").Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value);

        Assert.Equal(["Microsoft.Orleans.Sdk"], packages);
    }

    private static XDocument Project(string room) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", room, $"Hermes.{room}.csproj"));

    [GeneratedRegex(@"\bImaging\.(\w+)")]
    private static partial Regex ImagingFolder();
}
