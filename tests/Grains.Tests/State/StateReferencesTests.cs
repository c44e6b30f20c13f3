using System.Collections;
using System.Reflection;
using System.Text.Json;
using Hermes.Grains.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Tests.State;

/// <summary>The collector knows every reference that a state can hold: a new record needs no word anywhere else.</summary>
public sealed class StateReferencesTests
{
    /// <summary>What is passed over on purpose; the second only of an evaluation.</summary>
    private static readonly string[] PassedOver = ["run.discarded", "segmentation.result", "event.event"];

    private int _made;

    public static IEnumerable<object[]> States =>
        from actor in typeof(StateReferences).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(Grain)))
           from parameter in actor.GetConstructors().SelectMany(c => c.GetParameters())
           where parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(IPersistentState<>)
           let stored = parameter.ParameterType.GetGenericArguments()[0]
           let name = parameter.GetCustomAttribute<PersistentStateAttribute>()!.StateName
           select new object[] { name, stored.GetGenericArguments()[0] };

    [Fact]
    public void All_states_are_looked_at()
    {
        var names = States.Select(row => (string)row[0]).Order(StringComparer.Ordinal);

        Assert.Equal(["dataset", "event", "model", "run", "scheduler", "segmentation", "taskRegistry", "update"], names);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_reference_in_a_state_is_found(string name, Type record)
    {
        var state = JsonSerializer.SerializeToElement(Fill(record), record, WorkOrderJson.Options);
        var passedOver = state.EnumerateObject().Where(p => PassedOver.Contains($"{name}.{p.Name}")).Sum(p => CountDigests(p.Value));

        var found = StateReferences.Of(name, state).Select(r => r.Sha256).Distinct().Count();

        Assert.Equal(_made - passedOver, found);
        Assert.Equal(_made, CountDigests(state));
    }

    [Fact]
    public void Of_a_question_that_is_no_evaluation_and_no_probe_the_answer_is_kept()
    {
        var blob = new BlobRef("local", new string('a', 64), 1, MediaTypes.NiftiGz);
        var state = JsonSerializer.SerializeToElement(
            new { Request = new { Image = blob, Prompt = new { } }, Result = new { LabelMap = blob with { Sha256 = new string('b', 64) } } }, WorkOrderJson.Options);

        var probe = JsonSerializer.SerializeToElement(
            new { Request = new { Image = blob, Prompt = new { }, Probe = "update/before" }, Result = new { LabelMap = blob } }, WorkOrderJson.Options);
        var old = JsonSerializer.SerializeToElement(new { Request = new { Image = blob }, Result = new { LabelMap = blob } }, WorkOrderJson.Options);

        Assert.Equal(2, StateReferences.Of("segmentation", state).Count());
        Assert.Single(StateReferences.Of("segmentation", old));
        Assert.Single(StateReferences.Of("segmentation", probe));
    }

    // As many digests as there are: one for each reference made below.
    private static int CountDigests(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Sum(p => CountDigests(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().Sum(CountDigests),
        JsonValueKind.String => json.GetString()!.StartsWith(new string('f', 50), StringComparison.Ordinal) ? 1 : 0,
        _ => 0,
    };

    /// <summary>A value of a type in which everything that can be there is there.</summary>
    private object? Fill(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(BlobRef))
        {
            return new BlobRef("local", $"{new string('f', 56)}{_made++:x8}", 1, MediaTypes.Safetensors);
        }

        if (type == typeof(string))
        {
            return "text";
        }

        if (type.IsValueType)
        {
            return Activator.CreateInstance(type);
        }

        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            return type.GetGenericArguments() is [var key, var value] ? Dictionary(key, value) : List(type.GetGenericArguments()[0]);
        }

        if (type == typeof(IntegrationEvent))
        {
            type = typeof(RunCompleted);
        }

        return type.IsAbstract ? throw new NotSupportedException($"What can be in a {type}?") : Record(type);
    }

    private object Record(Type type)
    {
        var constructor = type.GetConstructors().Where(c => c.GetParameters() is not [var only] || only.ParameterType != type).MaxBy(c => c.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Fill(p.ParameterType))]);
        var given = constructor.GetParameters().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null && !given.Contains(p.Name)))
        {
            property.SetValue(made, Fill(property.PropertyType));
        }

        return made;
    }

    private object List(Type item)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        list.Add(Fill(item));
        return list;
    }

    private object Dictionary(Type key, Type value)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(key, value))!;
        dictionary.Add(Fill(key)!, Fill(value));
        return dictionary;
    }
}
