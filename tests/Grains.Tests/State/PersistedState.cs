using System.Collections;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Hermes.Grains.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Tests.State;

/// <summary>What an actor stores, and a value of it in which everything that can be there is there, the same at every call.</summary>
/// <param name="Name">The name it is stored under.</param>
/// <param name="Record">The type of the record.</param>
public sealed record PersistedState(string Name, Type Record)
{
    /// <summary>How the digest of every reference in a full record begins.</summary>
    public static string Digest { get; } = new('f', 50);

    /// <summary>The states of all actors.</summary>
    public static IReadOnlyList<PersistedState> All { get; } =
    [
        .. from actor in typeof(StateReferences).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(Grain)))
           from parameter in actor.GetConstructors().SelectMany(c => c.GetParameters())
           where parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(IPersistentState<>)
           let name = parameter.GetCustomAttribute<PersistentStateAttribute>()!.StateName
           orderby name
           select new PersistedState(name, parameter.ParameterType.GetGenericArguments()[0].GetGenericArguments()[0]),
    ];

    /// <summary>What is stored, with its record.</summary>
    public Type Stored => typeof(Versioned<>).MakeGenericType(Record);

    /// <summary>A full record. Values follow from the names of members, so that another member changes none of them.</summary>
    public object Fill() => Fill(Record, Name)!;

    public override string ToString() => Name;

    private static object? Fill(Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var name = path[(path.LastIndexOf('.') + 1)..];
        if (type == typeof(BlobRef))
        {
            return new BlobRef("local", Digest + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..14], name.Length, MediaTypes.Safetensors);
        }

        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            return type.GetGenericArguments() is [var key, var value] ? Dictionary(key, value, path) : List(type.GetGenericArguments()[0], path);
        }

        return type switch
        {
            _ when type == typeof(string) => name,
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => name.Length,
            _ when type == typeof(long) => (1L << 40) + name.Length,
            _ when type == typeof(float) => name.Length + 0.25f,
            _ when type == typeof(double) => name.Length + 0.1,
            _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(20000 + name.Length).AddTicks(1234567),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(name.Length + 0.5),
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
            _ when type == typeof(IntegrationEvent) => Make(typeof(RunCompleted), path),
            _ when type.IsAbstract || type.IsValueType => throw new NotSupportedException($"What can be in {path}, a {type}?"),
            _ => Make(type, path),
        };
    }

    private static object Make(Type type, string path)
    {
        var constructor = type.GetConstructors().Where(c => c.GetParameters() is not [var only] || only.ParameterType != type).MaxBy(c => c.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Fill(p.ParameterType, $"{path}.{p.Name}"))]);
        var given = constructor.GetParameters().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null && !given.Contains(p.Name)))
        {
            property.SetValue(made, Fill(property.PropertyType, $"{path}.{property.Name}"));
        }

        return made;
    }

    // Of a list of events there is one of each kind.
    private static object List(Type item, string path)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (var kind in item == typeof(IntegrationEvent) ? item.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => a.DerivedType) : [item])
        {
            list.Add(Fill(kind, kind == item ? path : $"{path}.{kind.Name}"));
        }

        return list;
    }

    private static object Dictionary(Type key, Type value, string path)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(key, value))!;
        dictionary.Add(Fill(key, $"{path}.key")!, Fill(value, $"{path}.value"));
        return dictionary;
    }
}
