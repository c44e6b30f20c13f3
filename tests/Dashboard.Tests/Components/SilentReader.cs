using System.Reflection;

namespace Hermes.Dashboard.Tests.Components;

/// <summary>A reader of any kind that does not answer until who asked gives up, or fails whatever it is asked.</summary>
public class SilentReader : DispatchProxy
{
    private static readonly MethodInfo AnswerOf = typeof(SilentReader).GetMethod(nameof(Answer), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private Func<Exception?> _failure = () => null;

    /// <summary>Makes one.</summary>
    /// <param name="reader">Its interface.</param>
    /// <param name="failure">What it fails by, if it does.</param>
    public static object Of(Type reader, Func<Exception?> failure)
    {
        var made = Create(reader, typeof(SilentReader));
        ((SilentReader)made)._failure = failure;
        return made;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        AnswerOf.MakeGenericMethod(targetMethod!.ReturnType.GenericTypeArguments.Single()).Invoke(this, [args!.OfType<CancellationToken>().Single()]);

    private Task<T> Answer<T>(CancellationToken cancellationToken) =>
        _failure() is { } failure ? Task.FromException<T>(failure) : new TaskCompletionSource<T>().Task.WaitAsync(cancellationToken);
}
