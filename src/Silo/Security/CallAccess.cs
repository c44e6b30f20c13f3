using System.Collections.Frozen;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Seams;
using Orleans.Serialization.Invocation;

namespace Hermes.Silo.Security;

/// <summary>
/// Decides about every call of an actor, and puts on record those of people and services that change something. Who calls is what the call itself proves: Orleans
/// lets a client say what it likes about who it is. What nothing was decided about is for silos alone.
/// </summary>
internal sealed class CallAccess(Access access, IAuditStore audit, Troubles troubles, ILogger<CallAccess> log) : IIncomingGrainCallFilter
{
    /// <summary>What Orleans' own client needs of a silo, for everybody who is known: the types there are, the next piece of a stream, and to give up waiting.</summary>
    internal static readonly FrozenSet<string> ForEverybody = FrozenSet.Create(
        StringComparer.Ordinal,
        "Orleans.Runtime.IClusterManifestSystemTarget",
        "Orleans.Runtime.IAsyncEnumerableGrainExtension",
        "Orleans.Runtime.ICancellationSourcesExtension",
        "Orleans.Runtime.IGrainCallCancellationExtension");

    /// <summary>The call of an actor's own timer. No client can make it: nothing writes down or reads a request of this type.</summary>
    internal const string Tick = "Orleans.Runtime.GrainTimer+TimerTickInvoker";

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var statement = RequestContext.Get(AccessToken.CallKey) as string;
        if (access.IsSilo(statement) || context.Request.GetType().FullName == Tick)
        {
            await context.Invoke();
            return;
        }

        var caller = await access.CallerAsync(statement) ?? throw new HermesException("A call did not prove who makes it.").With(Remedy.NameToken);
        var asked = Asked(context.Request);
        var decision = Decisions.Find(asked.GetInterfaceType(), asked.GetMethodName())
            ?? new Decision(ForEverybody.Contains(asked.GetInterfaceType().FullName ?? "") ? Role.Viewer : Role.Silo, Reads: false);
        var needed = decision.NeededFor(asked.GetArgument);
        var isAllowed = caller.Role >= needed;
        if (isAllowed && !decision.IsRecorded)
        {
            await context.Invoke();
            return;
        }

        var (kind, name) = Thing(context.TargetId, asked);
        await RecordAsync(caller, AuditWords.What(asked.GetMethodName()), kind, name, () => isAllowed ? context.Invoke() : throw TooLittle(caller, needed));
    }

    /// <summary>The refusal of somebody whose role does not suffice.</summary>
    public static HermesException TooLittle(Bearer caller, Role needed) => needed == Role.Silo
        ? new HermesException("What was asked is a matter among the platform's own actors.")
        : new HermesException(
            $"'{caller.Name}' is a {caller.Role.Word()} on this platform; this needs a{(needed == Role.Administrator ? "n" : "")} {needed.Word()}. Nothing was changed.",
            hint: "An administrator of the platform can give you a token of that role.");

    // It is written down before it is done, so that nothing is done that is not on record.
    private async Task RecordAsync(Bearer caller, string what, string kind, string name, Func<Task> act)
    {
        var number = await audit.BeginAsync(OnRecord(caller), what, kind, name);
        try
        {
            await act();
        }
        catch (Exception ended)
        {
            await EndAsync(number, OutcomeOf(ended), ended.Message);
            throw;
        }

        await EndAsync(number, AuditOutcome.Done, null);
    }

    /// <summary>How something ended that ended so: who was refused could have asked for something else, what failed could not be done for anybody.</summary>
    internal static AuditOutcome OutcomeOf(Exception ended) =>
        ended is HermesException { IsPassing: false } ? AuditOutcome.Refused : AuditOutcome.Failed;

    // The token is proved; for whom it acts is what it says.
    private static Bearer OnRecord(Bearer caller)
    {
        const int Longest = 100;
        if (RequestContext.Get(AccessToken.PersonKey) is not string { Length: > 0 } person || person == caller.Name)
        {
            return caller;
        }

        var plain = string.Concat(person.Take(Longest).Select(c => char.IsControl(c) ? ' ' : c));
        return caller with { Name = $"{caller.Name}{AuditRecord.For}{plain}" };
    }

    private async Task EndAsync(long number, AuditOutcome outcome, string? reason)
    {
        const string Subject = "audit";
        try
        {
            await audit.EndAsync(number, outcome, reason);
            troubles.Clear(Subject);
        }
        catch (HermesException away)
        {
            // What happened has happened, and its caller is told so; that it was asked for is on record.
            log.LogError("How record {Number} ended ({Outcome}) could not be written: {Reason}", number, outcome, away.Message);
            troubles.Note(Subject, $"How something ended could not be put on record: {away.Message}");
        }
    }

    // A stream is asked for by way of Orleans, which carries what was asked inside.
    private static IInvokable Asked(IInvokable request)
    {
        if (request.GetInterfaceType() == typeof(IAsyncEnumerableGrainExtension))
        {
            for (var argument = 0; argument < request.GetArgumentCount(); argument++)
            {
                if (request.GetArgument(argument) is IInvokable inner)
                {
                    return inner;
                }
            }
        }

        return request;
    }

    // The key of an actor is the name of what it owns; those that own many are told the name.
    private static (string Kind, string Name) Thing(GrainId target, IInvokable asked)
    {
        var type = asked.GetInterfaceType();
        var isToldName = type == typeof(ISchedulerGrain) || type == typeof(IAccessGrain);
        return (AuditWords.Kind(type.Name), isToldName && asked.GetArgumentCount() > 0 && asked.GetArgument(0) is string name ? name : target.Key.ToString() ?? "");
    }
}

/// <summary>Has the calls of a silo's actors prove that a silo makes them. Clients are not told the proof.</summary>
internal sealed class CallStatement(Access access) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.TargetId.IsClient())
        {
            RequestContext.Remove(AccessToken.CallKey);
        }
        else
        {
            RequestContext.Set(AccessToken.CallKey, access.Statement);
        }

        await context.Invoke();
    }
}
