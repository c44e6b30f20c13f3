using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Updates;

namespace Hermes.Grains.Tests.Updates;

/// <summary>A branch is known by what it is made of: what decides its bits is part of its recipe, and nothing else is.</summary>
public sealed class BranchRecipeTests
{
    private static readonly BranchRecipe Recipe = new(
        new string('a', 64),
        new DatasetDeclaration { Name = "lesions", Site = "north", Modality = "pet", Labels = [new LabelEntry(1, "lesion", "lesions/lesion")] },
        [Case("one", Split.Train, '1'), Case("two", Split.Validation, '2'), Case("three", Split.Test, '3'), Case("four", Split.Train, '4') with { Facts = Facts('4', null) }])
    {
        Steps = 200,
        Seed = 7,
    };

    [Fact]
    public void Its_identity_is_frozen()
    {
        Assert.Equal(Independent(), Recipe.Digest());
        Assert.Equal("branch-" + Recipe.Digest()[..24], BranchRecipe.RunOf(Recipe.Digest()));
        Assert.Equal(Convert.ToInt64(Recipe.Digest()[24..40], 16), BranchRecipe.SeedOf(Recipe.Digest()));
    }

    [Fact]
    public void What_decides_its_bits_is_part_of_it()
    {
        BranchRecipe[] others =
        [
            Recipe,
            Recipe with { Trunk = new string('b', 64) },
            Recipe with { Policy = BranchPolicy.Priors },
            Recipe with { Steps = 201 },
            Recipe with { Seed = 8 },
            Recipe with { InitialPriors = new Dictionary<string, string> { ["lesions/lesion"] = "abdomen/liver" } },
            Recipe with { Dataset = Recipe.Dataset with { Name = "spots" } },
            Recipe with { Dataset = Recipe.Dataset with { Modality = "ct" } },
            Recipe with { Dataset = Recipe.Dataset with { Labels = [new LabelEntry(2, "lesion", "lesions/lesion")] } },
            Recipe with { Dataset = Recipe.Dataset with { Labels = [new LabelEntry(1, "lesion", "shared/lesion")] } },
            Recipe with { Cases = [.. Recipe.Cases.Skip(1)] },
            Recipe with { Cases = [Recipe.Cases[0] with { Split = Split.Validation }, .. Recipe.Cases.Skip(1)] },
            Recipe with { Cases = [Recipe.Cases[0] with { Facts = Facts('1', '9') }, .. Recipe.Cases.Skip(1)] },
        ];

        Assert.Equal(others.Length, others.Select(o => o.Digest()).Distinct().Count());
    }

    [Fact]
    public void Order_site_and_what_is_never_learned_from_do_not_show() => Assert.All(
        [
            Recipe with { Cases = [.. Recipe.Cases.Reverse()] },
            Recipe with { Dataset = Recipe.Dataset with { Site = "south" } },
            Recipe with { Cases = [.. Recipe.Cases.Where(c => c.Split != Split.Test)] },
            Recipe with { Cases = [.. Recipe.Cases.Where(c => c.Facts.Label is not null)] },
        ],
        other => Assert.Equal(Recipe.Digest(), other.Digest()));

    // The words, put together without the code that is tested.
    private static string Independent()
    {
        string[] words =
        [
            "branch/1", new string('a', 64), "BRANCH", "200", "7", "0", "lesions", "pet", "1", "1 lesions/lesion", "8",
            "one", "TRAIN", new string('1', 64), new string('2', 64), "two", "VALIDATION", new string('2', 64), new string('3', 64),
        ];
        var bytes = System.Text.Encoding.UTF8.GetBytes(string.Concat(words.Select(w => $"{w.Length}:{w}\n")));
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
    }

    private static CaseRecord Case(string id, Split split, char digest) =>
        new() { CaseId = id, Patient = id, Split = split, SourceImageSha256 = new string(digest, 64), Facts = Facts(digest, (char)(digest + 1)) };

    private static CaseFacts Facts(char image, char? label) => new()
    {
        Image = Blob(image),
        Label = label is { } l ? Blob(l) : null,
        Size = [],
        SpacingMm = [],
        Orientation = CaseFacts.UnknownOrientation,
        Minimum = 0,
        Maximum = 1,
        LabelVolumesMl = new Dictionary<int, double>(),
        Warnings = [],
    };

    private static BlobRef Blob(char digest) => new(Names.DefaultSite, new string(digest, 64), 1, MediaTypes.NiftiGz);
}
