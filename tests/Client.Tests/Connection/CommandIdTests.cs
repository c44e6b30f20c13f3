using Hermes.Client.Connection;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Tests.Connection;

/// <summary>What was asked before an update of the platform is the same command after it: these values never change.</summary>
public sealed class CommandIdTests
{
    private static readonly RunRequest Run = new() { Datasets = ["local/a", "local/b"], Preset = "tiny", Seed = 7, Model = "organs" };
    private static readonly UpdateRequest Update = new() { Datasets = ["local/a", "local/b"], Steps = 40, Seed = 7, AutoPromote = true };
    private static readonly DatasetDeclaration Declaration = new() { Name = "a", Modality = "ct", Labels = [new LabelEntry(1, "liver", "a/liver")] };

    [Fact]
    public void Identities_of_commands_are_frozen()
    {
        Assert.Equal("a2a426fddcc5caaa", CommandId.OfRun("first", Run)[..16]);
        Assert.Equal("95e3307733df3450", CommandId.OfRun("first", Run with { Configuration = "steps: 5", Steps = 3 })[..16]);
        Assert.Equal("6ea4c92b05a095ac", CommandId.OfAdd(Declaration, [Case("one"), Case("two") with { Label = null, FixedSplit = Split.Test }])[..16]);
        Assert.Equal("6d6df8bc11b24e89", CommandId.OfUpdate("first", Update)[..16]);
        Assert.Equal("eb94f0641f63d0a0", CommandId.OfAppend(Declaration, [Case("one"), Case("two") with { Label = null, FixedSplit = Split.Test }])[..16]);
    }

    [Fact]
    public void What_files_are_called_is_no_part_of_a_command()
    {
        Assert.Equal(
            CommandId.OfRun("first", Run with { Configuration = "x" }),
            CommandId.OfRun("first", Run with { Configuration = "x", ConfigurationFile = "a.yaml", Preset = "small" }));
        Assert.Equal(CommandId.OfAdd(Declaration, [Case("one")]), CommandId.OfAdd(Declaration, [Case("one") with { ImageFile = "/elsewhere/one.nii" }]));
    }

    [Fact]
    public void Another_word_is_another_command() => Assert.Equal(22, new[]
    {
        CommandId.OfRun("first", Run),
        CommandId.OfRun("second", Run),
        CommandId.OfRun("first", Run with { Seed = 8 }),
        CommandId.OfRun("first", Run with { Steps = 1 }),
        CommandId.OfRun("first", Run with { Datasets = ["local/b", "local/a"] }),
        CommandId.OfRun("first", Run with { Model = "other" }),
        CommandId.OfRun("first", Run with { Priority = RunPriority.Low }),
        CommandId.OfRun("first", Run with { DeviceKind = "cuda" }),
        CommandId.OfRun("first", Run with { Site = "cuda" }),
        CommandId.OfRun("first", Run with { PaperFaithful = true }),
        CommandId.OfRun("first", Run with { BatchSize = 2 }),
        CommandId.OfRun("first", Run with { MicroBatch = 2 }),
        CommandId.OfAdd(Declaration, [Case("one")]),
        CommandId.OfAdd(Declaration with { Site = "north" }, [Case("one")]),
        CommandId.OfAdd(Declaration, [Case("one") with { Patient = "p" }]),
        CommandId.OfAppend(Declaration, [Case("one")]),
        CommandId.OfUpdate("first", Update),
        CommandId.OfUpdate("first", Update with { NearestPriors = true }),
        CommandId.OfUpdate("first", Update with { AcceptConflicts = true }),
        CommandId.OfUpdate("first", Update with { Minutes = 5 }),
        CommandId.OfUpdate("first", Update with { Minutes = 6 }),
        CommandId.OfUpdate("first", Update with { Priority = RunPriority.High }),
    }.Distinct().Count());

    private static CaseSource Case(string name) => new()
    {
        CaseId = name,
        Patient = name,
        Image = new BlobRef("local", new string('1', 64), 10, MediaTypes.NiftiGz),
        Label = new BlobRef("local", new string('2', 64), 10, MediaTypes.NiftiGz),
        ImageFile = $"/scans/{name}.nii.gz",
    };
}
