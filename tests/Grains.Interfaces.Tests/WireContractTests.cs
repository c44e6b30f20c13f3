using System.Reflection;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Hermes.Grains.Interfaces.Tests;

/// <summary>Names and numbers on the wire stay what they are, whatever types are called in the code.</summary>
public sealed class WireContractTests
{
    private static readonly Type[] Types = [.. typeof(HermesException).Assembly.GetExportedTypes()
        .Where(t => t.Namespace!.StartsWith("Hermes.", StringComparison.Ordinal))];

    public static TheoryData<Type> Records => [.. Types.Where(t => !t.IsEnum && t.IsDefined(typeof(GenerateSerializerAttribute)))];

    public static TheoryData<Type> Actors => [.. Types.Where(t => t.IsInterface && t.IsAssignableTo(typeof(IAddressable)))];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_has_an_alias_of_its_own_name_and_numbered_members(Type record)
    {
        Assert.Equal($"hermes.{record.Name}", record.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias);
        var ids = record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(p => p.GetCustomAttribute<IdAttribute>()?.Id).OfType<uint>().Order().ToList();
        Assert.Equal(Enumerable.Range(0, ids.Count).Select(i => (uint)i), ids);
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_has_no_place_for_voxels(Type record)
    {
        Type[] voxels = [typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(float), typeof(Half)];
        var places = record.GetProperties().Select(p => p.PropertyType).Where(t => t != typeof(string))
            .SelectMany(t => t.IsArray ? [t.GetElementType()!] : t.GetGenericArguments());

        Assert.DoesNotContain(places, voxels.Contains);
    }

    [Theory]
    [MemberData(nameof(Actors))]
    public void An_actor_and_its_methods_have_aliases_of_their_own_names(Type actor)
    {
        Assert.Equal($"hermes.{actor.Name}", actor.GetCustomAttribute<AliasAttribute>()?.Alias);
        Assert.All(actor.GetMethods(), m => Assert.Equal(m.Name, m.GetCustomAttribute<AliasAttribute>()?.Alias));
    }

    [Fact]
    public void What_goes_over_the_wire_comes_back_equal()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var blob = new BlobRef("local", new string('a', 64), 5, MediaTypes.Json);
        foreach (var value in new object[]
        {
            blob,
            new Lease("silo/cpu", "run", 7),
            new CheckpointHead(3, blob, 0.5),
            new MetricsChunk(1, 3, blob),
            new PinnedDataset("local/amos", 2),
            new LabelEntry(1, "liver", "amos/liver"),
            new Failure("a sentence", "file", "hint", "case", Remedy.ResumeRun, "run", IsPassing: true),
            new TrainReport { Phase = "train", Done = 1, Total = 2, Checkpoint = new CheckpointHead(3, blob, null), Message = "m" },
        })
        {
            Assert.Equal(value, serializer.Deserialize<object>(serializer.SerializeToArray(value)));
        }
    }

    [Fact]
    public void A_refusal_crosses_the_wire_with_its_file_and_hint()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();

        var refusal = serializer.Deserialize<HermesException>(serializer.SerializeToArray(new HermesException("No.", "a.nii", "Try b.nii.").With(Remedy.ShowRun, "run")))!;

        Assert.Equal(("No.", "a.nii", "Try b.nii."), (refusal.Message, refusal.File, refusal.Hint));
        Assert.Equal((Remedy.ShowRun, "run"), (refusal.Remedy, refusal.About));
    }

    [Fact]
    public void That_a_refusal_passes_crosses_the_wire_and_stands_in_what_a_worker_writes()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var away = new HermesException("The store is away.") { IsPassing = true }.With(Remedy.CheckBlobs);

        Assert.True(serializer.Deserialize<HermesException>(serializer.SerializeToArray(away))!.IsPassing);
        Assert.True(Failure.Of(away).ToException().IsPassing);
        Assert.Equal(Failure.Of(away), Json(Failure.Of(away)));
        Assert.Equal(new Failure("No."), Json(new Failure("No.")));

        static Failure? Json(Failure failure) =>
            System.Text.Json.JsonSerializer.Deserialize<Failure>(System.Text.Json.JsonSerializer.Serialize(failure, WorkOrderJson.Options), WorkOrderJson.Options);
    }

    [Fact]
    public void A_work_order_is_a_document_that_names_its_kind_and_comes_back()
    {
        WorkOrder order = new TrainOrder { OrderId = "r/1", Run = "r", Configuration = "{}", Tasks = ["a/b"], Datasets = [] };

        var text = System.Text.Json.JsonSerializer.Serialize(new WorkerCommand { Execute = order }, WorkOrderJson.Options);
        var back = System.Text.Json.JsonSerializer.Deserialize<WorkerCommand>(text, WorkOrderJson.Options)!.Execute;

        Assert.StartsWith("""{"execute":{"kind":"train",""", text, StringComparison.Ordinal);
        Assert.Equal("r", Assert.IsType<TrainOrder>(back).Run);
    }
}
